package dev.holdfast.example.entities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.example.entities.EntityState.State;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers of the application may rely on, on two nodes in this JVM. */
class MyAppTest {
  private static final Path FILES = Path.of("data");

  @TempDir
  private Path database;

  @Test
  void whatOneServerSetsTheOtherGets() throws IOException {
    try (MyApp foo = new MyApp("foo", database);
        MyApp bar = new MyApp("bar", database)) {
      seed(foo);
      assertThat(state(bar, "entity_1")).isEqualTo(State.INITIALIZED);
      foo.setEntityState("entity_1", State.WORKING);
      assertThat(state(bar, "entity_1")).isEqualTo(State.WORKING);
      bar.setEntityState("entity_1", State.FINALIZED);
      assertThat(state(foo, "entity_1")).isEqualTo(State.FINALIZED);
      assertThat(foo.getEntity("entity_1")).isEqualTo(bar.getEntity("entity_1"));
      assertThatThrownBy(() -> bar.getEntity("entity_3")).isInstanceOf(NotDone.NotFound.class);
    }
  }

  @Test
  void aStateOutlivesTheServersAndTheFilesDoNotReplaceIt() throws IOException {
    try (MyApp foo = new MyApp("foo", database)) {
      seed(foo);
      foo.setEntityState("entity_1", State.WORKING);
    }
    try (MyApp foo = new MyApp("foo", database)) {
      seed(foo);
      assertThat(state(foo, "entity_1")).isEqualTo(State.WORKING);
      assertThat(state(foo, "entity_2")).isEqualTo(State.INITIALIZED);
    }
  }

  private static void seed(MyApp app) throws IOException {
    app.seed(FILES.resolve("entity_1"));
    app.seed(FILES.resolve("entity_2"));
  }

  private static State state(MyApp app, String id) {
    return app.getEntity(id).value().state();
  }
}
