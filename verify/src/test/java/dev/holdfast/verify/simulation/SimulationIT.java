package dev.holdfast.verify.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.simulation.Simulation.Failure;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A fixed number of seeds, the same ones in every run. */
final class SimulationIT {
  private static final int SEEDS = 10_000;

  @Test
  void noSeedBreaksAPromise() {
    Simulation simulation = new Simulation();
    long began = System.nanoTime();
    for (long seed = 0; seed < SEEDS; seed++) {
      Optional<Failure> failure = simulation.run(seed);
      assertThat(failure).as(() -> failure.map(Failure::toString).orElse("")).isEmpty();
    }
    System.out.println(Simulate.summary(simulation, SEEDS, System.nanoTime() - began));
    List<State> never = Arrays.stream(State.values())
        .filter(state -> simulation.sometimes().count(state) == 0)
        .toList();
    assertThat(never).as("states that no seed has reached").isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(Simulation.hash(seed)).isEqualTo(Simulation.hash(seed));
    }
    assertThat(Simulation.hash(1)).isNotEqualTo(Simulation.hash(2));
  }
}
