package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.Read;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.pekko.Counters.Counter;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of entities that other nodes own, on nodes in this JVM. */
class ClusterCopiesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MemoryDatabase database = new MemoryDatabase();
  private final Map<String, Holdfast> nodes = new TreeMap<>();

  private Entities<Counter> start(String name) {
    return start(name, 64 * 1024 * 1024);
  }

  private Entities<Counter> start(String name, long copies) {
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(8)
        .leaseTtl(Duration.ofSeconds(2))
        .copies(copies)
        .start();
    nodes.put(name, node);
    return node.entities(COUNTERS);
  }

  @AfterEach
  void stop() {
    nodes.values().forEach(Holdfast::close);
  }

  /** A counter that the first of two nodes owns. */
  private static String ownedBy(Entities<Counter> owner, Entities<Counter> other) {
    List<String> ids = new ArrayList<>();
    await().atMost(PATIENCE).until(() -> {
      String id = "c" + ids.size();
      ids.add(id);
      return owner.get(id).source() == Entity.Source.OWNER
          && other.get(id).owner().equals(owner.get(id).owner())
          && isLocal(owner, id);
    });
    return ids.get(ids.size() - 1);
  }

  private static boolean isLocal(Entities<Counter> owner, String id) {
    Entity<Counter> any = owner.get(id, Read.any());
    return any.source() == Entity.Source.OWNER;
  }

  private static void awaitCopy(Entities<Counter> reader, String id) {
    await().atMost(PATIENCE).until(() -> reader.get(id).source() == Entity.Source.COPY);
  }

  @Test
  void aNodeThatReadsAgainReadsItsOwnMemory() {
    Entities<Counter> foo = start("foo");
    Entities<Counter> bar = start("bar");
    String id = ownedBy(foo, bar);
    foo.change(id, new Add(5));
    awaitCopy(bar, id);
    Entity<Counter> copy = bar.get(id);
    assertThat(copy.value().count()).isEqualTo(5);
    assertThat(copy.owner()).isEqualTo("foo");
    assertThat(bar.get(id, Read.any()).source()).isEqualTo(Entity.Source.COPY);
    assertThat(bar.get(id, Read.atMostStale(Duration.ofMillis(100))).value().count())
        .isEqualTo(5);
    assertThat(bar.get(id, Read.confirmed()).source()).isEqualTo(Entity.Source.OWNER);
  }

  @Test
  void nobodyCanTellThatItWasNotTheOwnerThatAnswered() {
    Entities<Counter> foo = start("foo");
    Entities<Counter> bar = start("bar");
    Entities<Counter> baz = start("baz");
    List<Entities<Counter>> all = List.of(foo, bar, baz);
    String id = ownedBy(foo, bar);
    awaitCopy(bar, id);
    awaitCopy(baz, id);
    int copies = 0;
    long count = foo.get(id).value().count();
    for (int i = 0; i < 500; i++) {
      count++;
      assertThat(all.get(i % 3).<Long>change(id, new Add(1))).isEqualTo(count);
      for (int reads = 0; reads < 8; reads++) {
        Entity<Counter> read = all.get((i + reads) % 3).get(id);
        assertThat(read.value().count()).isEqualTo(count);
        copies += read.source() == Entity.Source.COPY ? 1 : 0;
      }
    }
    assertThat(copies).as("reads from copies").isPositive();
  }

  @Test
  void copiesGoWhenTheirEntityMoves() {
    Entities<Counter> foo = start("foo");
    Entities<Counter> bar = start("bar");
    Entities<Counter> baz = start("baz");
    String id = ownedBy(foo, bar);
    awaitCopy(bar, id);
    close("foo");
    for (int i = 1; i <= 20; i++) {
      assertThat(baz.<Long>change(id, new Add(1))).isEqualTo(i);
      assertThat(bar.get(id).value().count()).isEqualTo(i);
    }
  }

  @Test
  void aNodeThatKeepsNoCopiesReadsAtTheOwner() {
    Entities<Counter> foo = start("foo");
    Entities<Counter> bar = start("bar", 0);
    String id = ownedBy(foo, bar);
    for (int i = 0; i < 50; i++) {
      assertThat(bar.get(id).source()).isEqualTo(Entity.Source.OWNER);
    }
  }

  @Test
  void nodesTellHowManyCopiesThereAre() {
    Entities<Counter> foo = start("foo");
    Entities<Counter> bar = start("bar");
    String id = ownedBy(foo, bar);
    awaitCopy(bar, id);
    assertThat(self("bar").copies()).isPositive();
    assertThat(self("foo").granted()).isPositive();
  }

  private void close(String name) {
    Objects.requireNonNull(nodes.remove(name)).close();
  }

  private NodeInfo self(String name) {
    Holdfast node = Objects.requireNonNull(nodes.get(name));
    return node.nodes().stream().filter(NodeInfo::self).findFirst().orElseThrow();
  }
}
