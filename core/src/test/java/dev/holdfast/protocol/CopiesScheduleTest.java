package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.holdfast.protocol.CopiesSchedule.Event;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Thousands of random schedules, the same ones in every run. */
class CopiesScheduleTest {
  private static final int SCHEDULES = 1_500;
  private static final int STEPS = 400;

  @Test
  void nobodyReadsACopyThatIsOlderThanWhatIsShown() {
    Set<Event> seen = EnumSet.noneOf(Event.class);
    for (int seed = 0; seed < SCHEDULES; seed++) {
      CopiesSchedule schedule = new CopiesSchedule(seed, seen::add);
      assertThatCode(() -> schedule.run(STEPS)).as("seed %d", seed).doesNotThrowAnyException();
    }
    assertThat(seen).as("all that is rare came about").isEqualTo(EnumSet.allOf(Event.class));
  }
}
