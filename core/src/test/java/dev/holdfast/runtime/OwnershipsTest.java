package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Ownership;
import dev.holdfast.Ownership.Ending;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnershipsTest {
  private static Instant at(int second) {
    return Instant.ofEpochSecond(second);
  }

  private static @Nullable Instant atOrNever(int second) {
    return second == 0 ? null : at(second);
  }

  /** A take; 0 stands for a time that is not known. */
  private static HistoryRow take(
      long epoch, int taken, int released, @Nullable State state, int over) {
    return new HistoryRow(
        3,
        taken,
        epoch,
        "node-" + epoch,
        at(taken),
        atOrNever(released),
        null,
        state,
        atOrNever(over),
        state == State.FENCED ? 9 : 0);
  }

  private static Ownership last(HistoryRow... latestFirst) {
    List<Ownership> times = Ownerships.of(List.of(latestFirst));
    return times.get(times.size() - 1);
  }

  private static void assertEnded(Ownership time, Ending ending, int second) {
    assertThat(time.ending()).isEqualTo(ending);
    assertThat(time.to()).isEqualTo(atOrNever(second));
  }

  @Test
  void anOwnerThatLivesIsStillTheOwner() {
    Ownership lasting = last(take(1, 10, 0, State.UP, 0));
    assertThat(lasting)
        .isEqualTo(new Ownership(3, "node-1", 1, 10, at(10), null, Ending.LASTS, 0, null));
    assertEnded(last(take(1, 10, 0, State.DRAINING, 0)), Ending.LASTS, 0);
  }

  @Test
  void whatWasGivenBackMovedToTheNextOwner() {
    HistoryRow next = take(2, 21, 0, State.UP, 0);
    assertEnded(last(take(1, 10, 20, State.UP, 0)), Ending.RELEASED, 20);
    assertEnded(last(next, take(1, 10, 20, State.UP, 0)), Ending.MOVED, 20);
    assertEnded(last(next, take(1, 10, 20, State.LEFT, 30)), Ending.MOVED, 20);
    assertEnded(last(next, take(1, 10, 20, State.FENCED, 30)), Ending.MOVED, 20);
  }

  @Test
  void whatTheLastNodeGaveBackWasLeft() {
    HistoryRow muchLater = take(2, 99, 0, State.UP, 0);
    assertEnded(last(take(1, 10, 20, State.LEFT, 21)), Ending.LEFT, 20);
    assertEnded(last(muchLater, take(1, 10, 20, State.LEFT, 21)), Ending.LEFT, 20);
    assertEnded(last(muchLater, take(1, 10, 0, State.LEFT, 21)), Ending.LEFT, 21);
  }

  @Test
  void aFencedOwnerEndedWithItsFence() {
    Ownership fenced = last(take(2, 40, 0, State.UP, 0), take(1, 10, 0, State.FENCED, 30));
    assertEnded(fenced, Ending.FENCED, 30);
    assertThat(fenced.fencedBy()).isEqualTo(9);
    Ownership movedBefore = last(take(2, 21, 0, State.UP, 0), take(1, 10, 20, State.FENCED, 30));
    assertThat(movedBefore.fencedBy()).isZero();
  }

  @Test
  void aSecondTakeOfTheSameNodeEndsTheFirst() {
    HistoryRow again = take(1, 12, 0, State.FENCED, 30);
    assertEnded(last(again, take(1, 10, 0, State.FENCED, 30)), Ending.TAKEN_AGAIN, 12);
  }

  @Test
  void whatNobodyWroteDownIsNotGuessed() {
    HistoryRow next = take(2, 40, 0, State.UP, 0);
    assertEnded(last(next, take(1, 10, 0, State.UP, 0)), Ending.UNKNOWN, 40);
    assertEnded(last(next, take(1, 10, 0, null, 0)), Ending.UNKNOWN, 40);
  }
}
