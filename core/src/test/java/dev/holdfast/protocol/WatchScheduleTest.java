package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.holdfast.protocol.WatchSchedule.Event;
import dev.holdfast.protocol.WatchSchedule.Rule;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands of random schedules, the same ones in every run. */
class WatchScheduleTest {
  private static final int SCHEDULES = 1_000;
  private static final int STEPS = 200;

  @Test
  void everybodyIsGivenTheNewestAndNothingThatReadersMayNotSee() {
    Set<Event> seen = EnumSet.noneOf(Event.class);
    for (int seed = 0; seed < SCHEDULES; seed++) {
      WatchSchedule schedule = new WatchSchedule(seed, Set.of(), seen::add);
      assertThatCode(() -> schedule.run(STEPS)).as("seed %d", seed).doesNotThrowAnyException();
    }
    assertThat(seen).as("all that is rare came about").isEqualTo(EnumSet.allOf(Event.class));
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void withoutAnyOneRuleThatDoesNotHold(Rule rule) {
    boolean failed = false;
    for (int seed = 0; seed < SCHEDULES && !failed; seed++) {
      try {
        new WatchSchedule(seed, Set.of(rule), event -> {}).run(STEPS);
      } catch (AssertionError e) {
        failed = true;
      }
    }
    assertThat(failed).as("a schedule that shows what %s is for", rule).isTrue();
  }
}
