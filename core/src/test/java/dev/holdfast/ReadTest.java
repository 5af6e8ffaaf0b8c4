package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadTest {
  @Test
  void howStaleAReadMayBeIsBounded() {
    assertThat(Read.atMostStale(Duration.ZERO)).isEqualTo(new Read.AtMostStale(Duration.ZERO));
    assertThat(Read.atMostStale(Duration.ofHours(24))).isInstanceOf(Read.AtMostStale.class);
    for (Duration wrong : new Duration[] {Duration.ofNanos(-1), Duration.ofHours(25)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Read.atMostStale(wrong))
          .withMessageContaining("0 s to 24 h")
          .withMessageContaining(wrong.toString());
    }
  }

  @Test
  void readsOfOneModeAreTheSame() {
    assertThat(Read.any()).isEqualTo(Read.any()).isNotEqualTo(Read.confirmed());
    assertThat(Read.linearizable()).isEqualTo(Read.linearizable());
  }
}
