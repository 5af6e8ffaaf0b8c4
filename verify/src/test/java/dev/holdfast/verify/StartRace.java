package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that start at the same instant on an empty database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StartRace {
  private static final int ROUNDS = 50;

  record Flag(boolean up) {}

  private static final EntityType<Flag> FLAGS = EntityType.named("flag", Flag.class);

  @TempDir
  Path folder;

  /** The URL of a database that is empty. */
  abstract String emptyDatabase(int round) throws IOException;

  @Test
  void fiftySimultaneousStartsFormOneClusterEachTime() throws IOException {
    for (int round = 1; round <= ROUNDS; round++) {
      String url = emptyDatabase(round);
      List<CompletableFuture<Holdfast>> starting = Stream.of("foo", "bar")
          .map(name -> CompletableFuture.supplyAsync(() -> start(name, url)))
          .toList();
      try (Holdfast foo = starting.get(0).join();
          Holdfast bar = starting.get(1).join()) {
        check(round, foo, bar);
      }
    }
  }

  private static Holdfast start(String name, String url) {
    return Holdfast.builder()
        .database(url)
        .credentials(url.startsWith("jdbc:postgresql") ? "postgres" : "", "")
        .node(name)
        .serving(FLAGS)
        .leaseTtl(Duration.ofSeconds(3))
        .start();
  }

  /** One cluster: each sees the other, and what one owns the other can reach. */
  private static void check(int round, Holdfast foo, Holdfast bar) {
    assertThat(foo.nodes()).as("round %s", round).extracting(NodeInfo::name).contains("foo");
    for (int i = 0; i < 8; i++) {
      String id = "flag-" + i;
      foo.entities(FLAGS).set(id, new Flag(true));
      assertThat(bar.entities(FLAGS).get(id).value().up()).as("round %s", round).isTrue();
      bar.entities(FLAGS).set(id, new Flag(false));
      assertThat(foo.entities(FLAGS).get(id).value().up()).as("round %s", round).isFalse();
      assertThat(foo.where("flag", id)).isEqualTo(bar.where("flag", id));
    }
    assertThat(foo.nodes())
        .as("round %s", round)
        .extracting(NodeInfo::name)
        .containsExactlyInAnyOrder("foo", "bar");
  }
}
