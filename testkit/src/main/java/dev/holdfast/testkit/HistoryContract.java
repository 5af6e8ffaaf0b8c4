package dev.holdfast.testkit;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Arbiter} must remember of claims. Extend it, say how to connect, and run it
 * with JUnit.
 */
public abstract class HistoryContract extends DatabaseContract {
  /** Made by the test framework. */
  protected HistoryContract() {}

  private static Arbiter arbiter(Node node) {
    return node.database().arbiter();
  }

  private static List<HistoryRow> history(Node node) {
    return arbiter(node).history(3, Arbiter.HISTORY);
  }

  private static HistoryRow latest(Node node) {
    return history(node).get(0);
  }

  private static void assertOrdered(@Nullable Instant... times) {
    assertThat(times).doesNotContainNull().isSorted();
  }

  @Test
  void aShardThatNobodyTookHasNoHistory() {
    assertThat(history(node(opened(), "foo"))).isEmpty();
    assertThat(arbiter(node(opened(), "bar")).history(SHARDS, 5)).isEmpty();
  }

  @Test
  void aTakeIsWrittenDownWithWhoTookIt() {
    Node foo = node(opened(), "foo");
    long token = foo.claim(3);
    foo.claim(4);
    HistoryRow take = latest(foo);
    assertThat(history(foo)).hasSize(1);
    assertThat(take)
        .isEqualTo(new HistoryRow(
            3, token, foo.epoch(), "foo", take.taken(), null, null, State.UP, null, 0));
  }

  @Test
  void theLatestTakesOfAllShardsComeLatestFirst() {
    Node foo = node(opened(), "foo");
    for (int shard = 1; shard <= 3; shard++) {
      foo.claim(shard);
    }
    arbiter(foo).release(2, foo.epoch(), arbiter(foo).claim(2).orElseThrow().token());
    foo.claim(2);
    List<HistoryRow> latest = arbiter(foo).latest(Arbiter.LATEST);
    assertThat(latest).extracting(HistoryRow::shard).containsExactlyInAnyOrder(1, 2, 2, 3);
    assertThat(latest).isSortedAccordingTo(comparing(HistoryRow::taken).reversed());
    assertThat(arbiter(foo).latest(1)).hasSize(1);
    assertThat(latest).containsAll(history(foo));
  }

  @Test
  void whatChangedNothingLeavesNoTrace() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    List<HistoryRow> before = history(foo);
    assertThat(arbiter(bar).claim(3, bar.epoch())).isEmpty();
    arbiter(bar).release(3, bar.epoch(), token);
    arbiter(foo).release(3, foo.epoch(), token + 1);
    arbiter(bar).refused(3, bar.epoch(), token);
    assertThat(arbiter(foo).barrier(3, foo.epoch(), token)).isPresent();
    assertThat(history(foo)).isEqualTo(before);
  }

  @Test
  void aReleaseEndsTheTakeAlsoAfterABarrier() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    long raised = arbiter(foo).barrier(3, foo.epoch(), token).orElseThrow();
    arbiter(foo).release(3, foo.epoch(), raised);
    bar.claim(3);
    List<HistoryRow> takes = history(foo);
    assertThat(takes).extracting(HistoryRow::node).containsExactly("bar", "foo");
    assertThat(takes).extracting(HistoryRow::token).containsExactly(raised + 1, token);
    assertThat(takes.get(0).released()).isNull();
    assertOrdered(takes.get(1).taken(), takes.get(1).released(), takes.get(0).taken());
  }

  @Test
  void aReleaseEndsTheLatestTakeOnly() {
    Node foo = node(opened(), "foo");
    foo.claim(3);
    arbiter(foo).release(3, foo.epoch(), foo.claim(3));
    assertThat(history(foo)).hasSize(2);
    assertThat(history(foo).get(0).released()).isNotNull();
    assertThat(history(foo).get(1).released()).isNull();
  }

  @Test
  void aFenceIsSeenInEveryTakeOfTheNodeWithWhoFencedIt() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    foo.claim(3);
    foo.claim(4);
    assertThat(arbiter(bar).fence(foo.epoch(), 0, bar.epoch())).isTrue();
    bar.claim(3);
    for (HistoryRow take :
        List.of(history(bar).get(1), arbiter(bar).history(4, 1).get(0))) {
      assertThat(take.epoch()).isEqualTo(foo.epoch());
      assertThat(take.state()).isEqualTo(State.FENCED);
      assertThat(take.fencedBy()).isEqualTo(bar.epoch());
      assertThat(take.released()).isNull();
      assertOrdered(take.taken(), take.over());
    }
    assertThat(latest(bar).state()).isEqualTo(State.UP);
  }

  @Test
  void aNewcomerThatFencesIsNotNamed() {
    Node foo = node(opened(), "foo");
    foo.claim(3);
    arbiter(foo).fence(foo.epoch(), 0, 0);
    assertThat(latest(foo).state()).isEqualTo(State.FENCED);
    assertThat(latest(foo).fencedBy()).isZero();
  }

  @Test
  void aNodeThatLeftIsSeenToHaveLeft() {
    Node foo = node(opened(), "foo");
    foo.claim(3);
    arbiter(foo).state(foo.epoch(), State.LEFT);
    assertThat(latest(foo).state()).isEqualTo(State.LEFT);
    assertThat(latest(foo).over()).isNotNull();
  }

  @Test
  void onlyTheFirstRefusalOfATakeIsKept() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    long raised = arbiter(foo).barrier(3, foo.epoch(), token).orElseThrow();
    arbiter(bar).fence(foo.epoch(), 0, bar.epoch());
    bar.claim(3);
    arbiter(foo).refused(3, foo.epoch(), raised);
    HistoryRow refused = history(foo).get(1);
    assertThat(refused.refused()).isNotNull();
    arbiter(foo).refused(3, foo.epoch(), token);
    arbiter(foo).refused(3, foo.epoch(), raised);
    assertThat(history(foo).get(1)).isEqualTo(refused);
    assertThat(latest(foo).refused()).isNull();
  }

  @Test
  void theOwnersOwnOldTokenIsNoRefusalButAFencedOwnersIs() {
    Node foo = node(opened(), "foo");
    long token = foo.claim(3);
    arbiter(foo).barrier(3, foo.epoch(), token);
    arbiter(foo).refused(3, foo.epoch(), token);
    assertThat(latest(foo).refused()).isNull();
    arbiter(foo).fence(foo.epoch(), 0, 0);
    arbiter(foo).refused(3, foo.epoch(), token);
    assertThat(latest(foo).refused()).isNotNull();
  }

  @Test
  void theLatestTakesAreKeptAndAnsweredFirst() {
    Node foo = node(opened(), "foo");
    foo.claim(4);
    long last = 0;
    for (int i = 0; i < Arbiter.HISTORY + 5; i++) {
      last = foo.claim(3);
    }
    List<HistoryRow> takes = arbiter(foo).history(3, 10 * Arbiter.HISTORY);
    assertThat(takes).hasSize(Arbiter.HISTORY);
    for (int i = 0; i < takes.size(); i++) {
      assertThat(takes.get(i).token()).isEqualTo(last - i);
    }
    assertThat(arbiter(foo).history(3, 2)).isEqualTo(takes.subList(0, 2));
    assertThat(arbiter(foo).history(4, 10)).hasSize(1);
  }

  @Test
  void ofManyClaimantsOnlyTheWinnerIsWrittenDown() {
    List<Node> nodes = List.of(node(opened(), "foo"), node(opened(), "bar"), node(opened(), "baz"));
    race(3, i -> () -> arbiter(nodes.get(i)).claim(3, nodes.get(i).epoch()));
    long owner = arbiter(nodes.get(0)).claim(3).orElseThrow().owner();
    assertThat(history(nodes.get(0))).extracting(HistoryRow::epoch).containsExactly(owner);
  }
}
