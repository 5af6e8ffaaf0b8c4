package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.verify.simulation.Sometimes.State;

/** Carries messages between clients, nodes and the database, or does not. Cuts have a direction. */
final class Net {
  private final World world;
  private final boolean[][] cut = new boolean[World.PLACES][World.PLACES];

  Net(World world) {
    this.world = world;
  }

  boolean connected(int from, int to) {
    return !cut[from][to];
  }

  boolean mutual(int one, int other) {
    return !cut[one][other] && !cut[other][one];
  }

  void cut(int from, int to, long nanos) {
    cut[from][to] = true;
    world.time.after(nanos, () -> cut[from][to] = false);
  }

  void heal() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }

  /**
   * Sends a message: it arrives once, twice, late or never.
   *
   * @param lost told of each copy that will not arrive
   * @return how many copies there are
   */
  int message(int from, int to, Runnable arrival, Runnable lost) {
    Weather weather = world.weather;
    int copies = weather.strikes(weather.messageDoubled) ? 2 : 1;
    if (copies == 2) {
      world.reached(State.MESSAGE_DOUBLED);
    }
    for (int i = 0; i < copies; i++) {
      if (!connected(from, to) || weather.strikes(weather.messageLost)) {
        world.time.after(0, lost);
      } else {
        boolean slow = weather.strikes(weather.messageSlow) || (i > 0 && !weather.fair());
        world.time.after(weather.hop() + (slow ? weather.slow() : 0), arrival);
      }
    }
    return copies;
  }

  /** A statement or its reply: it arrives in order and once, perhaps when the cut is over. */
  void stream(int from, int to, long delay, Runnable arrival) {
    if (connected(from, to)) {
      world.time.after(delay, arrival);
    } else if (world.weather.oneIn(2)) {
      retry(from, to, arrival, world.time.now() + 20 * SECOND);
    }
  }

  private void retry(int from, int to, Runnable arrival, long until) {
    world.time.after(200 * MILLI, () -> {
      if (connected(from, to)) {
        arrival.run();
      } else if (world.time.now() < until) {
        retry(from, to, arrival, until);
      }
    });
  }
}
