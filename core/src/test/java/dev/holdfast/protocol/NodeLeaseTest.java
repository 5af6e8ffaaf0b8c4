package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeLeaseTest {
  private static final LeaseTerms TERMS = new LeaseTerms(1_000_000_000, 20, 50_000_000);
  private static final long LASTS = 930_000_000;

  @Test
  void aLeaseThatWasNeverRenewedIsNotValid() {
    assertThat(new NodeLease.Unheld().valid(0)).isFalse();
  }

  @Test
  void itLastsFromTheSendingOfTheRenewal() {
    NodeLease lease = new NodeLease.Unheld().renewed(TERMS, 100);
    assertThat(lease.valid(100 + LASTS - 1)).isTrue();
    assertThat(lease.valid(100 + LASTS)).isFalse();
  }

  @Test
  void aLeaseThatRanOutIsRevivedByARenewal() {
    NodeLease lease = new NodeLease.Unheld().renewed(TERMS, 0).renewed(TERMS, 5 * LASTS);
    assertThat(lease.valid(5 * LASTS + 1)).isTrue();
  }

  @Test
  void anOlderRenewalDoesNotShortenIt() {
    NodeLease lease = new NodeLease.Unheld().renewed(TERMS, 500).renewed(TERMS, 100);
    assertThat(lease).isEqualTo(new NodeLease.Held(500 + LASTS));
  }

  @Test
  void deadIsForEver() {
    NodeLease dead = new NodeLease.Unheld().renewed(TERMS, 0).died();
    assertThat(dead.valid(1)).isFalse();
    assertThat(dead.renewed(TERMS, 10).valid(11)).isFalse();
    assertThat(dead.died()).isEqualTo(dead);
  }

  @Test
  void aDroppedLeaseIsHadAgainByARenewal() {
    NodeLease dropped = new NodeLease.Unheld().renewed(TERMS, 0).dropped();
    assertThat(dropped.valid(1)).isFalse();
    assertThat(dropped.renewed(TERMS, 1).valid(2)).isTrue();
    assertThat(new NodeLease.Dead().dropped()).isEqualTo(new NodeLease.Dead());
  }

  @Test
  void itHoldsWhileTheClockWrapsAround() {
    NodeLease lease = new NodeLease.Unheld().renewed(TERMS, Long.MAX_VALUE - 10);
    assertThat(lease.valid(Long.MAX_VALUE)).isTrue();
    assertThat(lease.valid(Long.MIN_VALUE + 1_000)).isTrue();
    assertThat(lease.valid(Long.MIN_VALUE + LASTS)).isFalse();
  }
}
