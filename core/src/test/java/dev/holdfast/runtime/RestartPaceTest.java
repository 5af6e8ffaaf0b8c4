package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPaceTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final RestartPace pace = new RestartPace();

  @Test
  void aLifeThatServedForLongIsFollowedByAnotherAtOnce() {
    assertThat(pace.after(HOUR, false)).isZero();
    assertThat(pace.after(HOUR, false)).isZero();
  }

  @Test
  void shortLivesFollowEachOtherMoreAndMoreSlowly() {
    assertThat(pace.after(1, false)).isZero();
    Duration before = Duration.ZERO;
    for (int i = 0; i < 8; i++) {
      Duration pause = pace.after(0, false);
      assertThat(pause).isGreaterThan(before);
      before = pause;
    }
    for (int i = 0; i < 100; i++) {
      assertThat(pace.after(0, false)).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
    assertThat(pace.after(HOUR, false)).isZero();
  }

  @Test
  void whoWasToldToGoNeverComesBackAtOnce() {
    assertThat(pace.after(HOUR, true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(pace.after(0, true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(pace.after(0, true)).isEqualTo(Duration.ofSeconds(2));
  }
}
