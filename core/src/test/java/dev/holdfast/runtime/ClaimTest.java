package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private final Claim claim = new Claim(3, 7);
  private final AtomicInteger idle = new AtomicInteger();

  @Test
  void anIdleClaimClosesAtOnce() {
    claim.close(idle::incrementAndGet);
    assertThat(idle).hasValue(1);
    assertThat(claim.held()).isFalse();
    assertThat(claim.enter()).isFalse();
  }

  @Test
  void aClosingClaimWaitsForEveryWriteInFlight() {
    assertThat(claim.enter()).isTrue();
    assertThat(claim.enter()).isTrue();
    claim.close(idle::incrementAndGet);
    assertThat(claim.held()).isFalse();
    claim.exit();
    assertThat(idle).hasValue(0);
    claim.exit();
    assertThat(idle).hasValue(1);
  }

  @Test
  void aRaisedTokenIsTheTokenFromNowOn() {
    claim.raised(8);
    assertThat(claim.token()).isEqualTo(8);
    assertThat(claim.held()).isTrue();
  }
}
