package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTermsTest {
  private static final double[] RATES = {0.98, 0.985, 0.99, 0.999, 1, 1.001, 1.01, 1.015, 1.02};

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 10, 60})
  void theHolderHasStoppedBeforeAnybodyMayFence(long seconds) {
    LeaseTerms terms = LeaseTerms.ofTtl(seconds * 1_000_000_000);
    for (double holder : RATES) {
      for (double fencer : RATES) {
        double holdersEnd = terms.validUntil(0) / holder;
        double earliestFence = terms.silenceNanos() / fencer;
        assertThat(holdersEnd).as("%s, %s", holder, fencer).isLessThan(earliestFence);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 60})
  void aNodeIsFencedSoonAfterItsLeaseEnded(long seconds) {
    LeaseTerms terms = LeaseTerms.ofTtl(seconds * 1_000_000_000);
    assertThat(terms.silenceNanos() - terms.ttlNanos())
        .isEqualTo(terms.ttlNanos() / 50 + 50_000_000)
        .isEqualTo(terms.ttlNanos() - terms.validUntil(0));
  }
}
