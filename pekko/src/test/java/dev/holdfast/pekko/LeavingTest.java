package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Ownership;
import dev.holdfast.Ownership.Ending;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.pekko.Counters.Counter;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that are told to leave, and what is remembered of owners. */
class LeavingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MemoryDatabase database = new MemoryDatabase();
  private final List<Holdfast> nodes = new ArrayList<>();

  private Holdfast start(String name, Runnable beforeLeaving) {
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(16)
        .leaseTtl(Duration.ofSeconds(6))
        .beforeLeaving(beforeLeaving)
        .start();
    nodes.add(node);
    return node;
  }

  private Holdfast start(String name) {
    return start(name, () -> {});
  }

  private Arbiter arbiter() {
    return database
        .open(new Database.Settings("memory:", "", "", Duration.ofSeconds(6)))
        .arbiter();
  }

  @AfterEach
  void stop() {
    nodes.forEach(Holdfast::close);
  }

  /** Adds to sixteen counters by turns until it is told to stop; answers how often each time. */
  private static long addUntil(AtomicBoolean stop, Entities<Counter> counters) {
    long rounds = 0;
    while (!stop.get()) {
      for (int i = 0; i < 16; i++) {
        counters.change("c" + i, new Add(1));
      }
      rounds++;
    }
    return rounds;
  }

  @Test
  void aNodeThatAnotherTellsToLeaveServesItsOwnCallersToTheEndAndLosesNothing() {
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Long> onFoo = new CompletableFuture<>();
    Holdfast foo = start("foo", () -> {
      stop.set(true);
      onFoo.join();
    });
    Holdfast bar = start("bar");
    Call patient = Call.within(PATIENCE);
    onFoo.completeAsync(() -> addUntil(stop, foo.entities(COUNTERS).with(patient)));
    CompletableFuture<Long> onBar = CompletableFuture.supplyAsync(
        () -> addUntil(stop, bar.entities(COUNTERS).with(patient)));
    await().until(() -> bar.entities(COUNTERS).get("c15").value().count() > 10);
    bar.drain("foo", false);
    assertThat(foo.closed().toCompletableFuture())
        .succeedsWithin(PATIENCE)
        .isEqualTo("it was told to drain");
    long rounds = onFoo.join() + onBar.join();
    for (int i = 0; i < 16; i++) {
      assertThat(bar.entities(COUNTERS).get("c" + i).value().count()).isEqualTo(rounds);
      assertThat(bar.where("counter", "c" + i).owner()).isEqualTo("bar");
    }
    assertThat(bar.nodes()).extracting(NodeInfo::name).containsExactly("bar");
    assertThat(foo.failure().toCompletableFuture()).isNotDone();
    assertThat(foo.ready()).isFalse();
  }

  @Test
  void aNodeMayTellItselfToLeave() {
    Holdfast foo = start("foo");
    start("bar");
    foo.drain("foo", false);
    assertThat(foo.closed().toCompletableFuture()).succeedsWithin(PATIENCE);
  }

  @Test
  void theLastNodeLeavesOnlyIfForced() {
    Holdfast foo = start("foo");
    foo.entities(COUNTERS).change("c", new Add(1));
    assertThatThrownBy(() -> foo.drain("foo", false)).isInstanceOf(NotDone.LastNode.class);
    assertThat(foo.ready()).isTrue();
    foo.drain("foo", true);
    assertThat(foo.closed().toCompletableFuture()).succeedsWithin(PATIENCE);
    assertThat(arbiter().nodes()).allMatch(row -> !row.state().live());
  }

  @Test
  void aNodeThatIsNotThereCannotBeToldToLeave() {
    Holdfast foo = start("foo");
    assertThatThrownBy(() -> foo.drain("fo", true))
        .isInstanceOf(NotDone.UnknownNode.class)
        .hasMessageContaining("[foo]");
  }

  @Test
  void whoeverClosesANodeIsToldSo() {
    Holdfast foo = start("foo");
    foo.close();
    assertThat(foo.closed().toCompletableFuture())
        .isCompletedWithValue("its application closed it");
  }

  @Test
  void aTaskThatFailsDoesNotKeepANodeFromLeaving() {
    Holdfast foo = start("foo", () -> {
      throw new IllegalStateException("a fault of the application");
    });
    foo.close();
    assertThat(arbiter().nodes()).allMatch(row -> !row.state().live());
  }

  @Test
  void theHistoryTellsWhereAnEntityWasAndWhyItMoved() {
    Holdfast foo = start("foo");
    foo.entities(COUNTERS).change("c", new Add(1));
    Holdfast bar = start("bar");
    bar.drain("foo", false);
    assertThat(foo.closed().toCompletableFuture()).succeedsWithin(PATIENCE);
    bar.entities(COUNTERS).change("c", new Add(1));
    List<Ownership> history = bar.history("counter", "c");
    assertThat(history).extracting(Ownership::node).containsExactly("bar", "foo");
    assertThat(history.get(0).ending()).isEqualTo(Ending.LASTS);
    assertThat(history.get(1).ending())
        .as("bar takes it before foo is gone, or, seldom, just after")
        .isIn(Ending.MOVED, Ending.LEFT);
    assertThat(history.get(0).token()).isEqualTo(bar.where("counter", "c").token());
    assertThat(history.get(1).to()).isBefore(history.get(0).from());
    assertThatThrownBy(() -> bar.history("order", "c")).isInstanceOf(NotDone.UnknownType.class);
    assertThatThrownBy(() -> bar.history("counter", "")).isInstanceOf(NotDone.InvalidId.class);
  }

  @Test
  void aWriteThatIsRefusedAfterAFenceIsPartOfTheHistory() {
    Holdfast foo = start("foo");
    Entities<Counter> counters = foo.entities(COUNTERS).with(Call.within(PATIENCE));
    counters.change("c", new Add(1));
    long epoch = foo.where("counter", "c").epoch();
    Arbiter arbiter = arbiter();
    AtomicBoolean fenced = new AtomicBoolean();
    database.beforeNextWrite(
        () -> fenced.set(arbiter.fence(epoch, arbiter.nodes().get(0).heartbeat(), 0)));
    assertThat(counters.change("c", new Add(1))).isEqualTo(2); // by the node's next life
    assertThat(fenced).isTrue();
    int shard = arbiter.claims().get(0).shard();
    await()
        .until(() -> arbiter.history(shard, 2).stream()
            .anyMatch(row -> row.epoch() == epoch && row.refused() != null));
    assertThat(database
            .row(new dev.holdfast.spi.EntityKey("counter", "c"))
            .orElseThrow()
            .revision())
        .isEqualTo(2);
  }
}
