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
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What two nodes that share a registry say of themselves. */
class ClusterMetricsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MemoryDatabase database = new MemoryDatabase();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Holdfast first = start("foo");
  private final Holdfast second = start("bar");
  private final Entities<Counter> foo = first.entities(COUNTERS);
  private final Entities<Counter> bar = second.entities(COUNTERS);

  private Holdfast start(String name) {
    return Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(8)
        .metrics(registry)
        .start();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  /** A counter that foo owns and bar has a copy of. */
  private String copied() {
    List<String> ids = new ArrayList<>();
    await().atMost(PATIENCE).until(() -> {
      String id = "secret-" + ids.size();
      ids.add(id);
      foo.get(id);
      return foo.get(id, Read.any()).source() == Entity.Source.OWNER;
    });
    String id = ids.get(ids.size() - 1);
    await().atMost(PATIENCE).until(() -> bar.get(id).source() == Entity.Source.COPY);
    return id;
  }

  private double reads(String node, String source) {
    return registry
        .get("holdfast.reads")
        .tags("node", node, "source", source, "mode", "linearizable")
        .functionCounter()
        .count();
  }

  private double gauge(String name, String node) {
    return registry.get(name).tag("node", node).gauge().value();
  }

  @Test
  void readsWritesAndRevocationsAreCountedWhereTheyHappen() {
    String id = copied();
    double owned = reads("foo", "owner");
    double fromCopy = reads("bar", "copy");
    for (int i = 0; i < 100; i++) {
      foo.get(id);
    }
    for (int i = 0; i < 50; i++) { // a copy may have to be got again
      await().atMost(PATIENCE).until(() -> bar.get(id).source() == Entity.Source.COPY);
    }
    assertThat(reads("foo", "owner")).isEqualTo(owned + 100);
    assertThat(reads("bar", "copy")).isEqualTo(fromCopy + 50);
    assertThat(gauge("holdfast.copies.kept", "bar")).isPositive();
    assertThat(gauge("holdfast.copies.bytes", "bar"))
        .isPositive()
        .isLessThan(gauge("holdfast.copies.bytes.limit", "bar"));
    assertThat(gauge("holdfast.copies.granted", "foo")).isPositive();
    double revoked =
        registry.get("holdfast.revocations.copies").tag("node", "foo").counter().count();
    foo.change(id, new Add(1));
    assertThat(registry
            .get("holdfast.revocations.copies")
            .tag("node", "foo")
            .counter()
            .count())
        .isEqualTo(revoked + 1);
    assertThat(registry
            .get("holdfast.writes")
            .tags("node", "foo", "result", "written")
            .counter()
            .count())
        .isEqualTo(1);
  }

  @Test
  void aNodeTellsItsLeaseItsClaimsAndWhatItHasInMemory() {
    copied();
    assertThat(gauge("holdfast.lease.left.seconds", "foo")).isBetween(0.1, 3.0);
    assertThat(gauge("holdfast.ready", "foo")).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> held("foo") > 0 && held("foo") == owned(first));
    assertThat(gauge("holdfast.entities.live", "foo")).isPositive();
    assertThat(gauge("holdfast.nodes.live", "foo")).isEqualTo(2);
  }

  /** How many shards the database says that it owns. */
  private static double owned(Holdfast node) {
    return node.nodes().stream()
        .filter(NodeInfo::self)
        .mapToInt(NodeInfo::shards)
        .sum();
  }

  private double held(String node) {
    return registry
        .get("holdfast.claims")
        .tags("node", node, "state", "held")
        .gauge()
        .value();
  }

  @Test
  void noTagNamesAnEntityAndNothingIsLeftOfANodeThatIsClosed() {
    String id = copied();
    foo.change(id, new Add(1));
    for (Meter meter : registry.getMeters()) {
      assertThat(meter.getId().getTags())
          .extracting(Tag::getValue)
          .noneMatch(value -> value.contains("secret"));
    }
    first.close();
    assertThat(registry.getMeters())
        .noneMatch(meter -> "foo".equals(meter.getId().getTag("node")));
    assertThat(registry.getMeters())
        .anyMatch(meter -> "bar".equals(meter.getId().getTag("node")));
  }
}
