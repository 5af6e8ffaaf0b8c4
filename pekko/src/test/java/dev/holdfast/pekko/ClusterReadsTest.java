package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.Holdfast;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.Read;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.pekko.Counters.Counter;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ways to read, and operations that are too old to tell, on nodes in this JVM. */
class ClusterReadsTest {
  private static final Read STALE = Read.atMostStale(Duration.ofMinutes(1));

  private final MemoryDatabase database = new MemoryDatabase();
  private final List<Holdfast> nodes = new ArrayList<>();

  private Entities<Counter> start(String name) {
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(4)
        .leaseTtl(Duration.ofSeconds(2))
        .start();
    nodes.add(node);
    return node.entities(COUNTERS);
  }

  @AfterEach
  void stop() {
    database.down(false);
    nodes.forEach(Holdfast::close);
  }

  @Test
  void aConfirmedReadSeesWhatWasAcknowledgedOnAnyNode() {
    List<Entities<Counter>> onEach = List.of(start("foo"), start("bar"));
    for (int i = 1; i <= 20; i++) {
      for (Entities<Counter> counters : onEach) {
        counters.change("c" + i, new Add(1));
      }
      for (Entities<Counter> counters : onEach) {
        Entity<Counter> read = counters.get("c" + i, Read.confirmed());
        assertThat(read.revision()).isEqualTo(counters.get("c" + i).revision());
        assertThat(read.value().count()).isEqualTo(2);
        assertThat(read.source()).isEqualTo(Entity.Source.OWNER);
      }
    }
    assertThat(onEach.get(0).get("fresh", Read.confirmed()).value().count()).isZero();
  }

  @Test
  void whoDoesNotOwnItAsksTheDatabaseIfAStaleValueWillDo() {
    Entities<Counter> foo = start("foo");
    foo.change("c", new Add(3));
    Entities<Counter> bar = start("bar");
    Entities<Counter> other = foo.get("c").owner().equals("foo") ? bar : foo;
    for (Read read : List.of(STALE, Read.any())) {
      Entity<Counter> stored = other.get("c", read);
      assertThat(stored.value().count()).isEqualTo(3);
      assertThat(stored.source()).isEqualTo(Entity.Source.DATABASE);
    }
  }

  @Test
  void withoutTheDatabaseWhatIsInMemoryCanStillBeReadIfItMayBeStale() {
    Entities<Counter> patient = start("foo");
    patient.change("c", new Add(3));
    Entities<Counter> counters = patient.with(Call.within(Duration.ofSeconds(1)));
    database.down(true);
    assertThat(counters.get("c").value().count()).isEqualTo(3);
    assertThatThrownBy(() -> counters.get("c", Read.confirmed()))
        .isInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("database");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThatThrownBy(() -> counters.get("c")).isInstanceOf(NotDone.Unavailable.class));
    assertThat(counters.get("c", STALE).value().count()).isEqualTo(3);
    assertThat(counters.get("c", Read.any()).value().count()).isEqualTo(3);
    for (Read read : List.of(Read.atMostStale(Duration.ZERO), Read.any())) {
      String id = read.equals(Read.any()) ? "elsewhere" : "c";
      assertThatThrownBy(() -> counters.get(id, read))
          .isInstanceOf(NotDone.Unavailable.class)
          .hasMessageContaining("database");
    }
  }

  @Test
  void aRepetitionThatTheNextOwnerCannotTellFromANewChangeIsRefused() {
    Entities<Counter> foo = start("foo");
    for (int i = 0; i < 70; i++) {
      foo.with(Call.operation(operation(i))).change("c", new Add(1));
    }
    assertThat(foo.with(Call.operation(operation(0))).<Long>change("c", new Add(1)))
        .isEqualTo(1);
    Entities<Counter> bar = start("bar");
    Entities<Counter> baz = start("baz");
    nodes.remove(0).close();
    for (Entities<Counter> counters : List.of(bar, baz)) {
      assertThatThrownBy(() -> counters.with(Call.operation(operation(0))).change("c", new Add(1)))
          .isInstanceOfSatisfying(
              OutcomeUnknown.TooOld.class,
              tooOld -> assertThat(tooOld.operation()).isEqualTo(operation(0)));
    }
    assertThat(bar.with(Call.operation(operation(69))).<Long>change("c", new Add(1)))
        .isEqualTo(70);
    assertThat(bar.<Long>change("c", new Add(1))).isEqualTo(71);
    assertThat(bar.get("c").revision()).isEqualTo(71);
  }

  private static String operation(int number) {
    return String.format("017f22e2-%04x-7cc3-98c4-dc0c0c07398f", number);
  }
}
