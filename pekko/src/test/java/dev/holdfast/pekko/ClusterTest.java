package dev.holdfast.pekko;

import static dev.holdfast.pekko.Counters.COUNTERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Change;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Outcome;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.pekko.Counters.Add;
import dev.holdfast.pekko.Counters.Counter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes in this JVM, on a database in memory. */
class ClusterTest {
  enum Stage {
    INITIALIZED,
    WORKING,
    FINALIZED
  }

  record Order(Stage state) {}

  record Advance(Stage to) implements Change<Order, Stage> {
    @Override
    public Outcome<Order, Stage> applyTo(Order order) {
      return to.compareTo(order.state()) > 0
          ? Outcome.<Order, Stage>become(new Order(to)).reply(order.state())
          : Outcome.reject("an order never goes back");
    }
  }

  private static final EntityType<Order> ORDERS =
      EntityType.named("order", Order.class).accepting(Advance.class);

  private final MemoryDatabase database = new MemoryDatabase();
  private final List<Holdfast> nodes = new ArrayList<>();

  private Holdfast start(String name) {
    Holdfast node = Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(ORDERS, COUNTERS)
        .shards(16)
        .leaseTtl(Duration.ofSeconds(2))
        .start();
    synchronized (nodes) {
      nodes.add(node);
    }
    return node;
  }

  @AfterEach
  void stop() {
    nodes.forEach(Holdfast::close);
  }

  @Test
  void whatIsSetOnOneNodeIsReadOnTheOther() {
    Entities<Order> onFoo = start("foo").entities(ORDERS);
    Entities<Order> onBar = start("bar").entities(ORDERS);
    for (int i = 0; i < 50; i++) {
      String id = "entity_" + i;
      onFoo.set(id, new Order(Stage.WORKING));
      assertThat(onBar.get(id).value().state()).isEqualTo(Stage.WORKING);
      onBar.set(id, new Order(Stage.FINALIZED));
      Entity<Order> read = onFoo.get(id);
      assertThat(read.value().state()).isEqualTo(Stage.FINALIZED);
      assertThat(read.revision()).isEqualTo(1);
    }
  }

  @Test
  void nodesStartedAtTheSameInstantFormOneCluster() {
    CompletableFuture<Holdfast> foo = CompletableFuture.supplyAsync(() -> start("foo"));
    CompletableFuture<Holdfast> bar = CompletableFuture.supplyAsync(() -> start("bar"));
    assertThat(foo.join().nodes()).extracting(NodeInfo::name).contains("foo");
    assertThat(bar.join().nodes()).extracting(NodeInfo::name).containsOnly("foo", "bar");
    foo.join().entities(ORDERS).set("x", new Order(Stage.WORKING));
    assertThat(bar.join().entities(ORDERS).get("x").revision()).isZero();
  }

  @Test
  void aChangeIsAppliedOnceHoweverOftenItIsSent() {
    Entities<Counter> counters = start("foo").entities(COUNTERS);
    Entities<Counter> retried = counters.with(Call.operation("once"));
    assertThat(retried.change("c", new Add(5))).isEqualTo(5);
    assertThat(counters.change("c", new Add(1))).isEqualTo(6);
    assertThat(retried.change("c", new Add(5))).isEqualTo(5);
    assertThat(counters.get("c").value().count()).isEqualTo(6);
    assertThatThrownBy(() -> retried.change("c", new Add(7)))
        .isInstanceOf(NotDone.OperationReused.class);
  }

  @Test
  void anUnknownOutcomeIsFoundOutAndAppliedOnce() {
    Entities<Counter> counters = start("foo").entities(COUNTERS);
    counters.change("c", new Add(1));
    database.losingReplies(true);
    CompletableFuture<Long> change = counters.async().change("c", new Add(1));
    assertThat(change.join()).isEqualTo(2);
    database.losingReplies(false);
    assertThat(counters.get("c").value().count()).isEqualTo(2);
    assertThat(counters.get("c").revision()).isEqualTo(2);
  }

  @Test
  void concurrentChangesFromBothNodesAreAllCounted() {
    Holdfast foo = start("foo");
    Holdfast bar = start("bar");
    List<CompletableFuture<Long>> all = IntStream.range(0, 2_000)
        .mapToObj(i -> (i % 2 == 0 ? foo : bar).entities(COUNTERS).async())
        .map(counters -> counters.<Long>change("hot", new Add(1)))
        .toList();
    all.forEach(CompletableFuture::join);
    assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(2_000);
    assertThat(bar.entities(COUNTERS).get("hot").revision()).isEqualTo(2_000);
  }

  @Test
  void refusalsSayWhatIsWrong() {
    Entities<Order> orders = start("foo").entities(ORDERS);
    assertThatThrownBy(() -> orders.get("entity_3")).isInstanceOf(NotDone.NotFound.class);
    assertThatThrownBy(() -> orders.change("entity_3", new Advance(Stage.WORKING)))
        .isInstanceOf(NotDone.NotFound.class);
    orders.setIf("entity_3", Entity.ABSENT, new Order(Stage.FINALIZED));
    assertThatThrownBy(() -> orders.change("entity_3", new Advance(Stage.WORKING)))
        .isInstanceOf(NotDone.Rejected.class)
        .hasMessageContaining("never goes back");
    assertThatThrownBy(() -> orders.setIf("entity_3", 7, new Order(Stage.WORKING)))
        .isInstanceOfSatisfying(
            NotDone.RevisionMismatch.class, e -> assertThat(e.current()).isZero());
    assertThatThrownBy(() -> orders.get("a\u0000b")).isInstanceOf(NotDone.InvalidId.class);
    orders.delete("entity_3");
    assertThatThrownBy(() -> orders.get("entity_3")).isInstanceOf(NotDone.NotFound.class);
    assertThat(orders.set("entity_3", new Order(Stage.WORKING)).revision()).isEqualTo(2);
  }

  @Test
  void withoutTheDatabaseReadsStopWithTheLeaseAndComeBackByThemselves() {
    Entities<Order> patient = start("foo").entities(ORDERS);
    patient.set("x", new Order(Stage.WORKING));
    Entities<Order> orders = patient.with(Call.within(Duration.ofMillis(200)));
    database.down(true);
    await()
        .atMost(Duration.ofSeconds(4))
        .untilAsserted(() -> assertThatThrownBy(() -> orders.get("x"))
            .isInstanceOf(NotDone.Unavailable.class)
            .hasMessageContaining("database"));
    database.down(false);
    await().atMost(Duration.ofSeconds(4)).ignoreExceptions().until(() -> orders.get("x") != null);
    assertThat(orders.get("x").value().state()).isEqualTo(Stage.WORKING);
  }

  @Test
  void aNodeThatLeavesHandsItsEntitiesOverWithoutAFailedCall() {
    Holdfast foo = start("foo");
    Holdfast bar = start("bar");
    Entities<Counter> counters = bar.entities(COUNTERS).with(Call.within(Duration.ofSeconds(30)));
    for (int i = 0; i < 16; i++) {
      counters.change("c" + i, new Add(1));
    }
    CompletableFuture<Void> leaving = CompletableFuture.runAsync(foo::close);
    int rounds = 1;
    while (!leaving.isDone()) {
      for (int i = 0; i < 16; i++) {
        counters.change("c" + i, new Add(1));
      }
      rounds++;
    }
    for (int i = 0; i < 16; i++) {
      assertThat(counters.get("c" + i).value().count()).isEqualTo(rounds);
      assertThat(counters.get("c" + i).owner()).isEqualTo("bar");
    }
  }

  private void comesBack(Holdfast node, NodeRow.State told) {
    NodeInfo before = self(node);
    database
        .open(new Database.Settings("memory:", "", "", Duration.ofSeconds(2)))
        .arbiter()
        .state(before.epoch(), told);
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> node.ready() && self(node).epoch() > before.epoch());
    assertThat(self(node).address()).isEqualTo(before.address());
  }

  private static NodeInfo self(Holdfast node) {
    return node.nodes().stream()
        .filter(NodeInfo::self)
        .findFirst()
        .orElse(new NodeInfo("", 0, "", "", "", 0, true, 0, 0));
  }

  /** Changes all the time, through both nodes, while something happens; nothing may be lost. */
  private void countsThrough(Runnable event) {
    Holdfast foo = start("foo");
    Holdfast bar = start("bar");
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Integer>> counting = IntStream.range(0, 8)
        .mapToObj(i ->
            CompletableFuture.supplyAsync(() -> count(i % 2 == 0 ? foo : bar, "c" + i, over)))
        .toList();
    event.run();
    over.set(true);
    for (int i = 0; i < 8; i++) {
      long done = counting.get(i).join();
      assertThat(bar.entities(COUNTERS).get("c" + i).value().count()).isEqualTo(done);
    }
  }

  /** What may have happened is asked for until it is known, whatever else is over. */
  private static int count(Holdfast node, String id, AtomicBoolean over) {
    int done = 0;
    boolean unknown = false;
    while (!over.get() || done == 0 || unknown) {
      Entities<Counter> once = node.entities(COUNTERS).with(Call.operation("op-" + done));
      try {
        once.change(id, new Add(1));
        done++;
        unknown = false;
      } catch (OutcomeUnknown e) {
        unknown = true;
      } catch (NotDone.Unavailable e) {
        await().atMost(Duration.ofSeconds(40)).until(node::ready);
      }
    }
    return done;
  }

  @Test
  void aFencedNodeComesBackByItselfWithANewEpochAndServes() {
    countsThrough(() -> comesBack(nodes.get(1), NodeRow.State.FENCED));
    await().atMost(Duration.ofSeconds(20)).until(() -> self(nodes.get(1)).shards() > 0);
  }

  @Test
  void theNodeThatFormedTheClusterMayBeFencedAsWell() {
    countsThrough(() -> comesBack(nodes.get(0), NodeRow.State.FENCED));
  }

  @Test
  void aNodeThatIsToldToGoComesBackWhenTheOthersReachIt() {
    countsThrough(() -> comesBack(nodes.get(1), NodeRow.State.EVICTING));
  }

  @Test
  void aSecondNodeOfTheSameNameIsRefused() {
    start("foo");
    assertThatThrownBy(() -> start("foo"))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("running already");
  }
}
