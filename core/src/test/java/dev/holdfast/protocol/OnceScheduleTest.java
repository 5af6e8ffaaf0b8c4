package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Thousands of random schedules of repeated operations, the same ones in every run. */
class OnceScheduleTest {
  private static final int SCHEDULES = 5_000;
  private static final int STEPS = 250;

  private int refusedThoughDone;
  private int refusedUndone;
  private long done;

  private void run(int schedules, int nodes) {
    for (int seed = 0; seed < schedules; seed++) {
      OnceSchedule schedule = new OnceSchedule(seed, nodes);
      assertThatCode(() -> schedule.run(STEPS)).as("seed %d", seed).doesNotThrowAnyException();
      Set<String> applied = new HashSet<>(schedule.log);
      refusedThoughDone +=
          (int) schedule.refused.stream().filter(applied::contains).count();
      refusedUndone +=
          (int) schedule.refused.stream().filter(id -> !applied.contains(id)).count();
      done += applied.size();
    }
  }

  @Test
  void whatIsRepeatedIsAppliedOnceAndOnlyWhatMayBeForgottenIsRefused() {
    run(SCHEDULES, 4);
    assertThat(refusedThoughDone).as("repeated, and too old to tell").isPositive();
    assertThat(refusedUndone).as("never done, and too old to tell").isPositive();
    assertThat(done).isGreaterThan(100L * SCHEDULES);
  }

  @Test
  void withMoreNodesThanMarksStillNothingIsAppliedTwice() {
    run(SCHEDULES / 5, 2 * Forgotten.ORIGINS);
    assertThat(refusedThoughDone).isPositive();
  }
}
