package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.protocol.ShardClaim.Output;
import dev.holdfast.protocol.ShardClaim.Raised;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ShardClaimTest {
  private static final long ME = 5;

  private final ShardClaim claim = new ShardClaim(ME);

  private List<Output> step(Input input) {
    return claim.step(0, input);
  }

  private void taken() {
    step(new Input.Take(1));
    step(new Input.Claimed(1, OptionalLong.of(7)));
    assertThat(claim.state()).isEqualTo(new ClaimState.Held(1, 7));
  }

  @Test
  void aHoldBeginsBeforeItsTakeIsAnswered() {
    step(new Input.Take(1));
    assertThat(step(new Input.Claimed(1, OptionalLong.of(7))))
        .containsExactly(new Output.Began(1, 7), new Output.Took(1, true));
  }

  @Test
  void aTakeThatWaitsEndsWhenItIsNotWantedAnyMore() {
    step(new Input.Take(1));
    assertThat(step(new Input.Give(2))).isEmpty();
    assertThat(step(new Input.Claimed(1, OptionalLong.empty())))
        .containsExactly(new Output.Took(1, false), new Output.Gave(2, true));
  }

  @Test
  void aHoldIsClosedBeforeItIsReleased() {
    taken();
    assertThat(step(new Input.Give(2))).containsExactly(new Output.Closed(1), new Output.Recall(1));
    assertThat(step(new Input.Recalled(1))).containsExactly(new Output.Release(2, 7));
  }

  @Test
  void aClaimIsReleasedWhenWritesAreBackAndCopiesAreGone() {
    taken();
    assertThat(step(new Input.Enter(1))).containsExactly(new Output.Admitted());
    step(new Input.Give(2));
    assertThat(step(new Input.Recalled(1))).isEmpty();
    assertThat(step(new Input.Left(1))).containsExactly(new Output.Release(2, 7));
    assertThat(step(new Input.Recalled(1))).isEmpty();
  }

  @Test
  void onlyOneBarrierIsRaisedAtATime() {
    taken();
    assertThat(step(new Input.Raise(2, 1, 7))).containsExactly(new Output.Barrier(2, 7));
    assertThat(step(new Input.Raise(3, 1, 7))).isEmpty();
    assertThat(step(new Input.Barred(2, OptionalLong.of(8))))
        .containsExactly(
            new Output.Token(1, 8),
            new Output.RaiseEnded(2, Raised.YES),
            new Output.RaiseEnded(3, Raised.YES));
  }

  @Test
  void aBarrierThatFindsAnotherTokenReadsTheRow() {
    taken();
    step(new Input.Raise(2, 1, 7));
    assertThat(step(new Input.Barred(2, OptionalLong.empty()))).containsExactly(new Output.Look(3));
    assertThat(step(new Input.Seen(3, ME, 9)))
        .containsExactly(new Output.Token(1, 9), new Output.RaiseEnded(2, Raised.YES));
  }

  @Test
  void aTokenThatIsNotRaisedIsNoBarrier() {
    taken();
    step(new Input.Raise(2, 1, 7));
    step(new Input.Barred(2, OptionalLong.empty()));
    assertThat(step(new Input.Seen(3, ME, 7))).contains(new Output.RaiseEnded(2, Raised.FAILED));
  }

  @Test
  void aBarrierThatFindsAnotherOwnerEndsTheHold() {
    taken();
    step(new Input.Raise(2, 1, 7));
    step(new Input.Barred(2, OptionalLong.empty()));
    assertThat(step(new Input.Seen(3, ME + 1, 9)))
        .containsExactly(
            new Output.Closed(1), new Output.Lost(), new Output.RaiseEnded(2, Raised.GONE));
  }

  @Test
  void anOldHoldChangesNothing() {
    taken();
    step(new Input.Give(2));
    step(new Input.Recalled(1));
    step(new Input.Released(2));
    step(new Input.Seen(3, 0, 7));
    step(new Input.Take(3));
    step(new Input.Claimed(4, OptionalLong.of(8)));
    assertThat(step(new Input.Enter(1))).isEmpty();
    assertThat(step(new Input.Left(1))).isEmpty();
    assertThat(step(new Input.Raise(4, 1, 7)))
        .containsExactly(new Output.RaiseEnded(4, Raised.GONE));
    assertThat(claim.state()).isEqualTo(new ClaimState.Held(2, 8));
  }

  @Test
  void anOldReplyChangesNothing() {
    step(new Input.Take(1));
    step(new Input.Failed(1));
    assertThat(step(new Input.Claimed(1, OptionalLong.of(7)))).isEmpty();
    assertThat(claim.state()).isInstanceOf(ClaimState.Taking.class);
  }

  @Test
  void aReplyOfAnotherKindIsAnError() {
    step(new Input.Take(1));
    assertThatThrownBy(() -> step(new Input.Released(1))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aWriteThatDidNotEnterCannotLeave() {
    taken();
    assertThatThrownBy(() -> step(new Input.Left(1))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theDeadAreToldSoAtOnce() {
    step(new Input.Take(1));
    step(new Input.Give(2));
    assertThat(step(new Input.Died()))
        .containsExactly(new Output.Took(1, false), new Output.Gave(2, false));
    assertThat(step(new Input.Take(3))).containsExactly(new Output.Took(3, false));
  }
}
