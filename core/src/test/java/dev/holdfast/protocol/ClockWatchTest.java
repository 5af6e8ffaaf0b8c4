package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockWatchTest {
  private static final long MARGIN = 50;

  private final ClockWatch watch = new ClockWatch(MARGIN);

  @Test
  void theFirstReadingTellsNothing() {
    assertThat(watch.stoodStill(0, 1_000_000)).isFalse();
  }

  @Test
  void aClockThatWentOnLessThanTheOtherStoodStill() {
    long now = Long.MAX_VALUE - 5;
    watch.stoodStill(now, 0);
    now += 100;
    assertThat(watch.stoodStill(now, 100 + MARGIN)).isFalse();
    now += 100;
    assertThat(watch.stoodStill(now, 200 + 2 * MARGIN + 1)).isTrue();
    now += 100;
    assertThat(watch.stoodStill(now, 300 + 2 * MARGIN + 1)).isFalse();
  }

  @Test
  void aClockThatWentOnMoreIsNoDanger() {
    watch.stoodStill(0, 0);
    assertThat(watch.stoodStill(10 * MARGIN, 0)).isFalse();
  }

  @Test
  void slowDriftDoesNotAddUp() {
    for (long i = 0; i < 1_000; i++) {
      assertThat(watch.stoodStill(100 * i, (100 + MARGIN) * i)).isFalse();
    }
  }
}
