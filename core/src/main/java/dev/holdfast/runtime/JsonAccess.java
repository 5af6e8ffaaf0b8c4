package dev.holdfast.runtime;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.JsonEntities;
import dev.holdfast.Read;
import dev.holdfast.Watching;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.StoredEntity;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Entities in JSON. Thread-safe. */
record JsonAccess(Asking asking, LocalReads reads) implements JsonEntities {
  @Override
  public CompletableFuture<Entity<String>> get(String id, Read read, Call call) {
    return Asking.attempt(() -> {
      Entity<?> here = reads.get(asking.type().name(), id, read);
      if (here != null) {
        String json = asking.codec().encode(here.value());
        return CompletableFuture.completedFuture(
            new Entity<>(here.type(), id, json, here.revision(), here.owner(), here.source()));
      }
      return read instanceof Read.AtMostStale || read instanceof Read.Any
          ? asking.stored(id, read, call).thenApply(row -> entity(id, row))
          : asking
              .get(read instanceof Read.Confirmed ? Kind.CONFIRM : Kind.GET, id, call)
              .thenApply(done -> entity(id, done));
    });
  }

  private Entity<String> entity(String id, Row row) {
    String json = asking.codec().encode(row.value());
    return new Entity<>(asking.type().name(), id, json, row.revision(), "", Entity.Source.DATABASE);
  }

  @Override
  public CompletableFuture<Entity<String>> set(
      String id, String json, @Nullable Long expected, Call call) {
    String field = asking.type().mainField().orElse("");
    if (field.isEmpty() || !asking.codec().isScalar(json)) {
      return write(Kind.SET, id, "", json, expected, call);
    }
    Object scalar = asking.codec().decode(json, Object.class);
    String assignment = asking.codec().encode(Collections.singletonMap(field, scalar));
    return write(Kind.ASSIGN, id, "", assignment, expected, call);
  }

  @Override
  public CompletableFuture<Entity<String>> patch(
      String id, String patch, @Nullable Long expected, Call call) {
    return write(Kind.PATCH, id, "", patch, expected, call);
  }

  @Override
  public CompletableFuture<Entity<String>> change(String id, String name, String json, Call call) {
    return write(Kind.CHANGE, id, name, json, null, call);
  }

  @Override
  public CompletableFuture<Entity<String>> delete(String id, @Nullable Long expected, Call call) {
    return write(Kind.DELETE, id, "", "", expected, call);
  }

  private CompletableFuture<Entity<String>> write(
      Kind kind, String id, String name, String json, @Nullable Long expected, Call call) {
    long revision = expected == null ? Request.ANY : expected;
    Supplier<CompletableFuture<Entity<String>>> sending = () ->
        asking.write(kind, id, name, json, revision, call).thenApply(done -> entity(id, done));
    return Asking.attempt(sending);
  }

  private Entity<String> entity(String id, Answer.Done done) {
    String json = done.json() == null ? "null" : done.json();
    return new Entity<>(asking.type().name(), id, json, done.revision(), done.owner());
  }

  @Override
  public Watching.Pull watch(String id, @Nullable Long after, Runnable news) {
    EntityKey key = new EntityKey(asking.type().name(), Ids.checked(id));
    return new JsonWatch(asking.watches().open(key, after, news), asking.codec());
  }

  @Override
  public Watching.Pull watchAll(String prefix, Runnable news) {
    Subscription all = asking.watches().openAll(asking.type().name(), prefix, news);
    return new JsonWatch(all, asking.codec());
  }

  @Override
  public CompletableFuture<List<Entity<String>>> list(String after, int limit, Call call) {
    return Asking.attempt(() -> asking
        .list(after, limit, call)
        .thenApply(rows -> rows.stream().map(JsonAccess::entity).toList()));
  }

  private static Entity<String> entity(StoredEntity row) {
    String json = row.json() == null ? "null" : row.json();
    return new Entity<>(
        row.key().type(),
        row.key().id(),
        json,
        row.revision(),
        row.owner(),
        Entity.Source.DATABASE);
  }
}
