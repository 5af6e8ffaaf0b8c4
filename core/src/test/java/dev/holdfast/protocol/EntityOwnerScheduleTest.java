package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.holdfast.protocol.EntityOwner.State;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Thousands of random schedules, the same ones in every run. */
class EntityOwnerScheduleTest {
  private static final int SCHEDULES = 5_000;
  private static final int STEPS = 120;

  private static final Map<State, Set<String>> LEGAL = Map.of(
      State.EMPTY, Set.of("Arrived", "Revoked", "Disowned", "Stop"),
      State.LOADING, Set.of("Arrived", "Loaded", "LoadFailed", "Revoked", "Disowned", "Stop"),
      State.READY, Set.of("Arrived", "Confirmed", "NotConfirmed", "Revoked", "Disowned", "Stop"),
      State.WRITING,
          Set.of(
              "Arrived",
              "Written",
              "NotWritten",
              "WriteUnknown",
              "Confirmed",
              "NotConfirmed",
              "Revoked",
              "Disowned",
              "Stop"),
      State.BARRING,
          Set.of(
              "Arrived",
              "Barred",
              "BarFailed",
              "Confirmed",
              "NotConfirmed",
              "Revoked",
              "Disowned",
              "Stop"),
      State.RELOADING,
          Set.of(
              "Arrived",
              "Loaded",
              "LoadFailed",
              "Confirmed",
              "NotConfirmed",
              "Revoked",
              "Disowned",
              "Stop"),
      State.REVOKING, Set.of("Arrived", "Confirmed", "NotConfirmed", "Revoked", "Disowned", "Stop"),
      State.ENDED,
          Set.of(
              "Arrived",
              "Loaded",
              "LoadFailed",
              "NotWritten",
              "WriteUnknown",
              "Barred",
              "BarFailed",
              "Confirmed",
              "NotConfirmed",
              "Revoked",
              "Disowned",
              "Stop"));

  @Test
  void noScheduleLosesDoublesOrHidesWhatWasAcknowledged() {
    Set<String> visited = new HashSet<>();
    for (int seed = 0; seed < SCHEDULES; seed++) {
      OwnerSchedule schedule = new OwnerSchedule(
          seed, (state, input) -> visited.add(state + " " + input.getClass().getSimpleName()));
      assertThatCode(() -> schedule.run(STEPS)).as("seed %d", seed).doesNotThrowAnyException();
    }
    Set<String> legal = new TreeSet<>();
    LEGAL.forEach((state, inputs) -> {
      inputs.forEach(input -> legal.add(state + " " + input));
      legal.add(state + " Rested");
    });
    assertThat(new TreeSet<>(visited))
        .as("every legal transition was visited, and no other")
        .isEqualTo(legal);
  }
}
