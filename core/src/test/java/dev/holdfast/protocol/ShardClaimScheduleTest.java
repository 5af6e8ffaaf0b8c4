package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.holdfast.protocol.ShardClaim.Input;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Thousands of random schedules, the same ones in every run. */
class ShardClaimScheduleTest {
  private static final int SCHEDULES = 20_000;
  private static final int STEPS = 200;

  /** From where to where each input may lead; orders that waited begin within the same step. */
  private static final Map<String, List<String>> LEGAL = Map.ofEntries(
      entry("Take", "Free Taking", "Held Draining"),
      entry("Give", "Held Draining"),
      entry("Left", "Draining Giving"),
      entry("Recalled", "Draining Giving"),
      entry("Raise", "Held Raising"),
      entry("Claimed", "Taking Held", "Taking Free", "Taking Draining"),
      entry("Failed", "Taking Free"),
      entry("Barred", "Raising Held", "Raising Draining"),
      entry("Woken", "Raising Held", "Raising Draining"),
      entry(
          "Seen",
          "Raising Held",
          "Raising Draining",
          "Raising Free",
          "Raising Taking",
          "Giving Free",
          "Giving Taking"),
      entry(
          "Review",
          "Free Giving",
          "Held Free",
          "Raising Free",
          "Raising Taking",
          "Draining Free",
          "Draining Taking"),
      entry(
          "Died",
          "Free Dead",
          "Taking Dead",
          "Held Dead",
          "Raising Dead",
          "Draining Dead",
          "Giving Dead"));

  private static Map.Entry<String, List<String>> entry(String input, String... moves) {
    return Map.entry(input, List.of(moves));
  }

  @Test
  void noScheduleBreaksAPromise() {
    Map<String, Set<String>> visited = new HashMap<>();
    for (int seed = 0; seed < SCHEDULES; seed++) {
      ClaimSchedule schedule =
          new ClaimSchedule(seed, (before, input, after) -> note(visited, before, input, after));
      assertThatCode(() -> schedule.run(STEPS)).as("seed %d", seed).doesNotThrowAnyException();
    }
    Map<String, Set<String>> legal = new HashMap<>();
    LEGAL.forEach((input, moves) -> legal.put(input, new TreeSet<>(moves)));
    assertThat(visited).as("every legal transition, and no other").isEqualTo(legal);
  }

  private static void note(
      Map<String, Set<String>> visited, ClaimState before, Input input, ClaimState after) {
    if (before.getClass() != after.getClass()) {
      visited
          .computeIfAbsent(input.getClass().getSimpleName(), i -> new TreeSet<>())
          .add(before.getClass().getSimpleName() + " " + after.getClass().getSimpleName());
    }
  }
}
