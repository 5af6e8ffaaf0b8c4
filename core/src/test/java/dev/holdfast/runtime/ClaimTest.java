package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.LeaseTerms;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private static final int SHARD = 3;

  private final ManualTime time = new ManualTime();
  private final LeaseGuard lease = new LeaseGuard(time, LeaseTerms.ofTtl(3_000_000_000L));
  private final Claims claims =
      new Claims(new FakeArbiter(), 5, lease, time, time, (shard, then) -> then.run());
  private Claim claim = new Claim(SHARD, 0, 0, claims);

  @BeforeEach
  void take() {
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.work();
    assertThat(taken).isCompletedWithValue(true);
    claim = claims.held(SHARD).orElseThrow();
  }

  private CompletableFuture<Boolean> close() {
    CompletableFuture<Boolean> given = claims.release(SHARD);
    time.work();
    return given;
  }

  @Test
  void anIdleClaimClosesAtOnce() {
    assertThat(close()).isCompletedWithValue(true);
    assertThat(claim.held()).isFalse();
    assertThat(claim.enter()).isFalse();
  }

  @Test
  void aClosingClaimWaitsForEveryWriteInFlight() {
    assertThat(claim.enter()).isTrue();
    assertThat(claim.enter()).isTrue();
    CompletableFuture<Boolean> given = close();
    assertThat(claim.held()).isFalse();
    claim.exit();
    time.work();
    assertThat(given).isNotDone();
    claim.exit();
    time.work();
    assertThat(given).isCompletedWithValue(true);
  }

  @Test
  void aRaisedTokenIsTheTokenFromNowOn() {
    claims.raise(claim, claim.token(), raised -> {});
    time.work();
    assertThat(claim.token()).isEqualTo(2);
    assertThat(claim.held()).isTrue();
  }

  @Test
  void anOldHoldNeverServesAgain() {
    claim.enter();
    CompletableFuture<Boolean> again = claims.acquire(SHARD);
    assertThat(claim.held()).isFalse();
    assertThat(claim.enter()).isFalse();
    claim.exit();
    time.work();
    assertThat(again).isCompletedWithValue(true);
    assertThat(claim.held()).isFalse();
    assertThat(claims.held(SHARD)).isPresent().get().isNotSameAs(claim);
  }
}
