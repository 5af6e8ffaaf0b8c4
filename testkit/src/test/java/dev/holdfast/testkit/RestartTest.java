package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.Change;
import dev.holdfast.Entities;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Outcome;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that dies and comes back, on a database in memory and an engine of its own. */
class RestartTest {
  record Counter(long count) {}

  record Add(long amount) implements Change<Counter, Long> {
    @Override
    public Outcome<Counter, Long> applyTo(Counter counter) {
      long sum = counter.count() + amount;
      return Outcome.<Counter, Long>become(new Counter(sum)).reply(sum);
    }
  }

  private static final EntityType<Counter> COUNTERS = EntityType.named("counter", Counter.class)
      .startingAs(id -> new Counter(0))
      .accepting(Add.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MemoryDatabase database = new MemoryDatabase();
  private final LoneEngine.Started engines = new LoneEngine.Started();
  private final Arbiter arbiter = database
      .open(new Database.Settings("memory:", "", "", Duration.ofSeconds(1)))
      .arbiter();
  private final Holdfast node = Holdfast.builder()
      .database(database, "memory:")
      .engine(engines)
      .node("foo")
      .serving(COUNTERS)
      .shards(4)
      .leaseTtl(Duration.ofSeconds(1))
      .start();
  private final Entities<Counter> counters = node.entities(COUNTERS);

  @AfterEach
  void stop() {
    node.close();
  }

  private long epoch() {
    return node.nodes().stream()
        .filter(NodeInfo::self)
        .mapToLong(NodeInfo::epoch)
        .findFirst()
        .orElse(0);
  }

  private void awaitLifeAfter(long epoch) {
    await().atMost(PATIENCE).until(() -> node.ready() && epoch() > epoch);
  }

  private State state(long epoch) {
    return arbiter.nodes().stream()
        .filter(row -> row.epoch() == epoch)
        .map(NodeRow::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFencedNodeComesBackWithANewEpochAtItsPlaceAndWhatUsersHoldGoesOn() {
    counters.change("c", new Add(5));
    long first = epoch();
    arbiter.state(first, State.FENCED);
    awaitLifeAfter(first);
    assertThat(counters.change("c", new Add(2))).isEqualTo(7);
    assertThat(counters.get("c").value().count()).isEqualTo(7);
    assertThat(engines.all()).hasSize(2);
    assertThat(engines.all().get(0).closed()).isTrue();
    assertThat(engines.latest().address()).startsWith("lone:4711#");
    assertThat(state(first)).isEqualTo(State.FENCED);
    assertThat(node.failure().toCompletableFuture()).isNotDone();
  }

  @Test
  void aNodeThatIsToldToGoLeavesAndIsOnProbationBeforeItServesAgain() {
    counters.change("c", new Add(5));
    long first = epoch();
    arbiter.state(first, State.EVICTING);
    await().atMost(PATIENCE).until(() -> state(first) == State.LEFT);
    assertThat(node.ready()).isFalse();
    awaitLifeAfter(first);
    assertThat(counters.change("c", new Add(2))).isEqualTo(7);
  }

  @Test
  void aNodeThatIsCutOffUsesUpNoEpochUntilItIsNot() {
    long first = epoch();
    long other = arbiter
        .register("uuid", "bar", "lone:4712#0", "", Duration.ofSeconds(60))
        .orElseThrow();
    assertThat(arbiter.member(other, arbiter.formation().incarnation())).isTrue();
    arbiter.state(first, State.EVICTING);
    await().atMost(PATIENCE).until(() -> engines.all().size() == 2);
    await().atMost(PATIENCE).until(() -> engines.latest().knocks() > 2);
    assertThat(arbiter.nodes()).extracting(NodeRow::epoch).containsExactly(first, other);
    arbiter.state(other, State.LEFT);
    awaitLifeAfter(other);
    assertThat(epoch()).isEqualTo(other + 1);
  }

  @Test
  void aNodeWhoseEngineFailedLeavesItsEpochAndComesBack() {
    counters.change("c", new Add(5));
    long first = epoch();
    engines.latest().fail("cut off");
    assertThat(node.ready() && epoch() == first).isFalse();
    awaitLifeAfter(first);
    assertThat(state(first)).isEqualTo(State.LEFT);
    assertThat(counters.change("c", new Add(2))).isEqualTo(7);
  }

  @Test
  void aChangeThatHappenedWithoutAnAnswerIsNotAppliedAgainByTheNextLife() {
    counters.change("c", new Add(5));
    engines.latest().losingAnswers();
    Call patient = Call.within(PATIENCE);
    CompletableFuture<Long> change = counters.with(patient).async().change("c", new Add(2));
    await()
        .atMost(PATIENCE)
        .until(() -> database
            .row(new EntityKey("counter", "c"))
            .filter(row -> row.revision() == 2)
            .isPresent());
    assertThat(change).isNotDone();
    arbiter.state(epoch(), State.FENCED);
    assertThat(change.join()).isEqualTo(7);
    assertThat(counters.get("c").revision()).isEqualTo(2);
  }

  @Test
  void whileNobodyServesCallsAreRefusedWithTheReason() {
    long first = epoch();
    database.down(true);
    engines.latest().fail("cut off");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> counters.change("c", new Add(1)))
          .isInstanceOfSatisfying(
              NotDone.Unavailable.class, e -> assertThat(e.retryAfter()).isPositive());
      assertThatThrownBy(() -> counters.get("c")).isInstanceOf(NotDone.Unavailable.class);
    }
    database.down(false);
    awaitLifeAfter(first);
    assertThat(counters.change("c", new Add(1))).isEqualTo(1);
  }

  @Test
  void aNodeThatComesBackFromAnOutageEndsTheRowItCouldNotEnd() {
    long first = epoch();
    database.down(true);
    engines.latest().fail("cut off");
    await().atMost(PATIENCE).until(() -> engines.latest().closed());
    database.down(false);
    awaitLifeAfter(first);
    assertThat(state(first)).isEqualTo(State.LEFT);
  }

  @Test
  void aNodeOftenFencedComesBackEachTime() {
    for (int i = 0; i < 3; i++) {
      long before = epoch();
      arbiter.state(before, State.FENCED);
      awaitLifeAfter(before);
    }
    assertThat(counters.change("c", new Add(1))).isEqualTo(1);
  }

  @Test
  void aNodeThatIsClosedWhileItComesBackStaysClosed() {
    arbiter.state(epoch(), State.EVICTING);
    await().atMost(PATIENCE).until(() -> !node.ready());
    node.close();
    assertThat(engines.all()).allMatch(LoneEngine::closed);
    assertThatThrownBy(() -> counters.get("c"))
        .isInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("closed");
    assertThat(arbiter.nodes()).noneMatch(row -> row.state().live());
  }

  @Test
  void aDatabaseMadeForAnotherNumberOfShardsIsNoPlaceToComeBackTo() {
    database.replacedBy(8);
    engines.latest().fail("cut off");
    assertThat(node.failure().toCompletableFuture())
        .succeedsWithin(PATIENCE)
        .asString()
        .contains("8 shards");
    assertThat(node.ready()).isFalse();
    assertThatThrownBy(() -> counters.get("c"))
        .isInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("start it again");
  }
}
