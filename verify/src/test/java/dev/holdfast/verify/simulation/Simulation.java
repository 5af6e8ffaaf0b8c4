package dev.holdfast.verify.simulation;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs seeds, one after the other. */
final class Simulation {
  private static final int LINES = 120;

  /** A seed under which a promise was broken, and how it came about. */
  record Failure(long seed, String what, List<String> transcript) {
    @Override
    public String toString() {
      return "seed " + seed + ": " + what + "\n" + String.join("\n", transcript);
    }
  }

  private final Set<Rule> off;
  private final boolean calm;
  private final Sometimes sometimes = new Sometimes();
  private long events;
  private long simulatedNanos;

  /** With all rules on. */
  Simulation() {
    this(EnumSet.noneOf(Rule.class), false);
  }

  /** Without some rules; {@code calm} if nothing fails and shards only move. */
  Simulation(Set<Rule> off, boolean calm) {
    this.off = off;
    this.calm = calm;
  }

  Sometimes sometimes() {
    return sometimes;
  }

  long events() {
    return events;
  }

  long simulatedNanos() {
    return simulatedNanos;
  }

  /** Runs one seed; again, to see how it came about, if it breaks a promise. */
  Optional<Failure> run(long seed) {
    World world = new World(seed, off, calm, false);
    try {
      world.run();
      return Optional.empty();
    } catch (Violation | IllegalStateException e) {
      return Optional.of(retold(seed));
    } finally {
      sometimes.add(world.sometimes);
      events += world.time.done();
      simulatedNanos += world.time.now();
    }
  }

  private Failure retold(long seed) {
    World world = new World(seed, off, calm, true);
    try {
      world.run();
    } catch (Violation e) {
      return new Failure(seed, e.getMessage() + "", world.trace.about(e.subject(), LINES));
    } catch (IllegalStateException e) {
      return new Failure(seed, e + "\n" + e.getStackTrace()[0], world.trace.about(0, LINES));
    }
    throw new AssertionError("seed " + seed + " does not repeat itself");
  }

  /** The hash of everything that happens under a seed. */
  static long hash(long seed) {
    World world = new World(seed, Set.of(), false, false);
    world.run();
    return world.trace.hash();
  }
}
