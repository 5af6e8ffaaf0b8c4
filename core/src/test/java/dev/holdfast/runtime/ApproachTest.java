package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApproachTest {
  private static final String OTHER = "other:1#9";
  private static final String THIRD = "third:1#9";

  private final FakeArbiter arbiter = new FakeArbiter();
  private final FakeEngine engine = new FakeEngine();
  private final SteppingTicker ticker = new SteppingTicker(Duration.ofMillis(100));
  private int pauses;
  private Runnable onPause = () -> {};
  private final Approach approach = new Approach(arbiter, engine, ticker, time -> {
    pauses++;
    onPause.run();
  });

  private void members() {
    arbiter.put(FakeArbiter.row(1, "other", OTHER, true));
    arbiter.put(FakeArbiter.row(2, "third", THIRD, true));
  }

  private void beating(long... epochs) {
    arbiter.onLook = () -> {
      for (long epoch : epochs) {
        arbiter.beat(epoch);
      }
    };
  }

  @Test
  void whoReachesAllMembersDoesNotWait() {
    members();
    engine.listening = Set.of(OTHER, THIRD);
    approach.await();
    assertThat(pauses).isZero();
  }

  @Test
  void whoIsCutFromOneMemberThatLivesWaitsUntilItIsNot() {
    members();
    beating(1, 2);
    engine.listening = Set.of(OTHER);
    onPause = () -> engine.listening = pauses == 50 ? Set.of(OTHER, THIRD) : engine.listening;
    approach.await();
    assertThat(pauses).isEqualTo(50);
    assertThat(arbiter.nodes).as("nothing was registered").hasSize(2);
  }

  @Test
  void aMemberWhoseHeartbeatStandsStillIsNotWaitedFor() {
    members();
    beating(1);
    engine.listening = Set.of(OTHER);
    approach.await();
    assertThat(pauses).isBetween(1, 3);
  }

  @Test
  void whoIsNoMemberOrLeavesIsNotWaitedFor() {
    arbiter.put(FakeArbiter.row(1, "other", OTHER, false));
    arbiter.put(FakeArbiter.row(2, "third", THIRD, true));
    arbiter.state(2, NodeRow.State.DRAINING);
    beating(1, 2);
    approach.await();
    assertThat(pauses).isZero();
  }

  @Test
  void whileTheDatabaseDoesNotAnswerItWaits() {
    arbiter.down.add("nodes");
    onPause = () -> {
      if (pauses == 5) {
        arbiter.down.clear();
      }
    };
    approach.await();
    assertThat(pauses).isEqualTo(5);
  }

  @Test
  void afterTenMinutesItTriesAllTheSame() {
    members();
    beating(1, 2);
    long began = ticker.nanos();
    approach.await();
    assertThat(Duration.ofNanos(ticker.nanos() - began))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
  }

  @Test
  void aNodeThatIsClosedDoesNotWaitAnyLonger() {
    members();
    beating(1, 2);
    onPause = () -> {
      throw new NotDone.CannotStart("closed");
    };
    assertThatThrownBy(approach::await).hasMessage("closed");
  }
}
