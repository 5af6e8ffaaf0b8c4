package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayDeque;
import java.util.Deque;

/** A machine that nodes run on, one after the other. It may stand still, all of it. */
final class Seat {
  private final World world;
  private final int number;
  private final Clock clock;
  private final Deque<Runnable> backlog = new ArrayDeque<>();
  private SimulatedNode node;
  private boolean paused;
  private boolean validBefore;
  private boolean starting;

  Seat(World world, int number) {
    this.world = world;
    this.number = number;
    double rate = 0.98 + 0.04 * world.random.nextDouble();
    this.clock = new Clock(world.time, rate, world.random.nextLong() >> 8);
    this.node = new SimulatedNode(world, this, clock, false);
  }

  int number() {
    return number;
  }

  /** The latest node, which may be over. */
  SimulatedNode node() {
    return node;
  }

  boolean paused() {
    return paused;
  }

  void start() {
    node.start();
  }

  /**
   * The node is over; the next one starts after a while.
   *
   * @param evicted whether it was told to go: then it usually starts only once it reaches the
   *     others
   */
  void startLater(SimulatedNode over, boolean evicted) {
    if (over == node && !starting) {
      starting = true;
      long delay = 100 * MILLI + (world.weather.fair() ? 0 : world.weather.upTo(4 * SECOND));
      boolean blindly = world.weather.oneIn(4);
      world.time.after(delay, () -> startNear(evicted, blindly));
    }
  }

  private void startNear(boolean evicted, boolean blindly) {
    if (evicted && !blindly && !reachesAll()) {
      world.reached(State.WAITED_TO_REACH_THE_OTHERS);
      world.time.after(SECOND, () -> startNear(evicted, false));
    } else {
      starting = false;
      node = new SimulatedNode(world, this, clock, evicted);
      node.start();
    }
  }

  private boolean reachesAll() {
    return world.seats.stream()
        .filter(other -> other.node().up())
        .allMatch(other -> world.net.mutual(number, other.number));
  }

  void pause(long nanos) {
    if (!paused) {
      world.add(number, "pause {ms}", Trace.node(number), nanos / MILLI, 0);
      paused = true;
      validBefore = node.leaseValid();
      world.time.after(nanos, this::resume);
    }
  }

  void waits(Runnable task) {
    backlog.add(task);
  }

  /** What waited goes on, not always in the order it came. */
  void resume() {
    if (!paused) {
      return;
    }
    world.add(number, "resume", Trace.node(number), 0, 0);
    paused = false;
    if (validBefore && !node.leaseValid()) {
      world.reached(State.PAUSED_PAST_THE_LEASE);
    }
    while (!backlog.isEmpty()) {
      Runnable task = backlog.remove();
      world.time.after(world.weather.oneIn(2) ? 0 : world.weather.upTo(3 * MILLI), task);
    }
  }
}
