package dev.holdfast.testkit;

import static dev.holdfast.spi.Store.NO_ROW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.json.JsonMapper;

/** One registered node over an empty database, and short ways to write and load. */
abstract class StoreFixture extends DatabaseContract {
  static final String NO_OPERATIONS = "[]";
  static final int LARGEST_VALUE = 256 * 1024;
  static final JsonMapper JSON = JsonMapper.builder().build();

  private @Nullable Node foo;

  @BeforeEach
  final void openAndRegister() {
    foo = node(opened(), "foo");
  }

  final Node foo() {
    return Objects.requireNonNull(foo);
  }

  final Store store() {
    return foo().database().store();
  }

  static EntityKey order(String id) {
    return new EntityKey("order", id);
  }

  /** A write in shard 1. */
  static Store.Write write(
      String id, long token, long expected, long revision, @Nullable String json) {
    return new Store.Write(order(id), 1, token, expected, revision, json, NO_OPERATIONS);
  }

  static Store.Write create(String id, long token, String json) {
    return write(id, token, NO_ROW, 0, json);
  }

  final Store.Result write(Store.Write write) {
    List<Store.Result> results = store().write(foo().epoch(), List.of(write));
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  final @Nullable StoredEntity load(String id) {
    return store().load(List.of(order(id))).get(0).orElse(null);
  }

  final StoredEntity present(String id) {
    return Objects.requireNonNull(load(id), id);
  }

  static void assertSameJson(@Nullable String actual, String expected) {
    assertThat(actual).isNotNull();
    assertThat(JSON.readTree(Objects.requireNonNull(actual))).isEqualTo(JSON.readTree(expected));
  }
}
