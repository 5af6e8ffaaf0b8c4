package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.ClaimRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final long ME = 5;
  private static final long OTHER = 6;
  private static final int SHARD = 3;

  private final ManualTime time = new ManualTime();
  private final FakeArbiter arbiter = new FakeArbiter();
  private final LeaseGuard lease = new LeaseGuard(time, LeaseTerms.ofTtl(3_000_000_000L));
  private final Claims claims =
      new Claims(arbiter, ME, lease, time, time, (shard, then) -> then.run());
  private final List<Optional<Boolean>> raised = new ArrayList<>();
  private final AtomicInteger lost = new AtomicInteger();

  private Claim acquired() {
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.work();
    assertThat(taken).isCompletedWithValue(true);
    claims.onLost(SHARD, lost::incrementAndGet);
    return claims.held(SHARD).orElseThrow();
  }

  private void owned(long owner, long token) {
    arbiter.claims.put(SHARD, new ClaimRow(SHARD, owner, token, 0));
  }

  private long ownerInDatabase() {
    return arbiter.claim(SHARD).map(ClaimRow::owner).orElse(0L);
  }

  private void review(int seconds) {
    for (int i = 0; i < seconds; i++) {
      time.advance(Duration.ofSeconds(1));
      claims.review(arbiter.claims());
    }
    time.work();
  }

  @Test
  void takingWaitsUntilTheOwnerGivesUp() {
    owned(OTHER, 7);
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.advance(Duration.ofSeconds(5));
    assertThat(taken).isNotDone();
    assertThat(arbiter.claim(SHARD).map(ClaimRow::wantedBy)).contains(ME);
    owned(0, 7);
    time.advance(Duration.ofMillis(20));
    assertThat(taken).isCompletedWithValue(true);
    assertThat(claims.held(SHARD).map(Claim::token)).contains(8L);
  }

  @Test
  void takingGivesUpAfterALongWhileOrWhenTheNodeIsDead() {
    owned(OTHER, 7);
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.advance(Duration.ofSeconds(31));
    assertThat(taken).isCompletedWithValue(false);
    CompletableFuture<Boolean> again = claims.acquire(SHARD);
    lease.died();
    time.advance(Duration.ofSeconds(1));
    assertThat(again).isCompletedWithValue(false);
  }

  @Test
  void takingGoesOnWhenTheDatabaseIsBack() {
    arbiter.down.add("claim");
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.advance(Duration.ofSeconds(1));
    arbiter.down.clear();
    time.advance(Duration.ofMillis(100));
    assertThat(taken).isCompletedWithValue(true);
  }

  @Test
  void givingWaitsForTheWritesInFlight() {
    Claim claim = acquired();
    claim.enter();
    CompletableFuture<Boolean> given = claims.release(SHARD);
    time.advance(Duration.ofSeconds(1));
    assertThat(given).isNotDone();
    assertThat(claim.held()).isFalse();
    assertThat(ownerInDatabase()).isEqualTo(ME);
    claim.exit();
    time.work();
    assertThat(given).isCompletedWithValue(true);
    assertThat(ownerInDatabase()).isZero();
  }

  @Test
  void aTakeAskedForAfterAGiveComesAfterIt() {
    Claim first = acquired();
    first.enter();
    CompletableFuture<Boolean> given = claims.release(SHARD);
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.advance(Duration.ofSeconds(1));
    assertThat(taken).isNotDone();
    first.exit();
    time.work();
    assertThat(given).isCompletedWithValue(true);
    assertThat(taken).isCompletedWithValue(true);
    assertThat(claims.held(SHARD)).isPresent().get().isNotSameAs(first);
    assertThat(first.held()).isFalse();
    assertThat(ownerInDatabase()).isEqualTo(ME);
  }

  @Test
  void givingIsRepeatedUntilTheDatabaseAnswers() {
    acquired();
    arbiter.down.add("release");
    CompletableFuture<Boolean> given = claims.release(SHARD);
    time.advance(Duration.ofSeconds(10));
    assertThat(given).isNotDone();
    arbiter.down.clear();
    time.advance(Duration.ofMillis(100));
    assertThat(given).isCompletedWithValue(true);
    assertThat(ownerInDatabase()).isZero();
  }

  @Test
  void aTokenRaisedWithoutOurHearingOfItDoesNotKeepTheClaim() {
    Claim claim = acquired();
    arbiter.losing.add("barrier");
    claims.raise(claim, claim.token(), raised::add);
    time.work();
    assertThat(arbiter.claim(SHARD).orElseThrow().token()).isGreaterThan(claim.token());
    CompletableFuture<Boolean> given = claims.release(SHARD);
    time.advance(Duration.ofSeconds(1));
    assertThat(given).isCompletedWithValue(true);
    assertThat(ownerInDatabase()).isZero();
  }

  @Test
  void aBarrierRaisesTheTokenOnceForAllWhoSawTheOldOne() {
    Claim claim = acquired();
    claims.raise(claim, 1, raised::add);
    claims.raise(claim, 1, raised::add);
    time.work();
    assertThat(raised).containsExactly(Optional.of(true), Optional.of(true));
    assertThat(claim.token()).isEqualTo(2);
    assertThat(arbiter.claim(SHARD).orElseThrow().token()).isEqualTo(2);
  }

  @Test
  void aBarrierWhoseReplyWasLostIsFoundOut() {
    Claim claim = acquired();
    arbiter.losing.add("barrier");
    claims.raise(claim, 1, raised::add);
    time.advance(Duration.ofMillis(100));
    assertThat(raised).containsExactly(Optional.of(false));
    claims.raise(claim, 1, raised::add);
    time.work();
    assertThat(raised).last().isEqualTo(Optional.of(true));
    assertThat(claim.token()).isEqualTo(2);
  }

  @Test
  void aBarrierOnALostClaimSaysSo() {
    Claim claim = acquired();
    owned(OTHER, 9);
    claims.raise(claim, 1, raised::add);
    time.work();
    assertThat(raised).containsExactly(Optional.empty());
  }

  @Test
  void aClaimThatIsGoneInTheDatabaseIsLost() {
    Claim claim = acquired();
    owned(OTHER, 2);
    review(1);
    assertThat(claim.held()).isFalse();
    assertThat(claims.count()).isZero();
    assertThat(lost).hasValue(1);
  }

  @Test
  void rowsReadBeforeATakeDoNotUndoIt() {
    owned(OTHER, 7);
    List<ClaimRow> before = arbiter.claims();
    owned(0, 7);
    Claim claim = acquired();
    claims.review(before);
    assertThat(claim.held()).isTrue();
  }

  @Test
  void whatAnotherNodeWantsForLongIsYielded() {
    acquired();
    wantedByOther();
    review(2);
    assertThat(lost).hasValue(0);
    review(2);
    assertThat(lost).hasValue(1);
  }

  @Test
  void aClaimWeHoldUnknowinglyIsGivenBackToWhoWantsIt() {
    arbiter.losing.add("claim");
    CompletableFuture<Boolean> taken = claims.acquire(SHARD);
    time.work();
    arbiter.down.add("claim");
    time.advance(Duration.ofSeconds(31));
    assertThat(taken).isCompletedWithValue(false);
    assertThat(ownerInDatabase()).isEqualTo(ME);
    wantedByOther();
    review(1);
    assertThat(ownerInDatabase()).isZero();
  }

  @Test
  void theDeadHoldNothing() {
    Claim claim = acquired();
    claims.drop();
    assertThat(claim.held()).isFalse();
    assertThat(claims.count()).isZero();
    assertThat(ownerInDatabase()).isEqualTo(ME);
  }

  @Test
  void whatADeadNodeWantedIsKept() {
    acquired();
    wantedByOther();
    arbiter.fenceDead(OTHER, ME);
    review(9);
    assertThat(lost).hasValue(0);
  }

  /** What another node's attempt leaves in the row. */
  private void wantedByOther() {
    arbiter.put(FakeArbiter.row(OTHER, "other", "other:1#1", true));
    ClaimRow row = arbiter.claim(SHARD).orElseThrow();
    arbiter.claims.put(SHARD, new ClaimRow(SHARD, row.owner(), row.token(), OTHER));
  }
}
