package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.verify.simulation.Sometimes.State;

/**
 * Says which node hosts which shard, and is not to be trusted: it moves shards for no reason, and
 * tells two nodes to host the same one.
 */
final class Placement {
  private static final long EVERY = 300 * MILLI;

  private final World world;
  private final int[] home = new int[World.SHARDS];
  private boolean settling;

  Placement(World world) {
    this.world = world;
  }

  void start() {
    for (int shard = 0; shard < World.SHARDS; shard++) {
      home[shard] = world.random.nextInt(World.NODES);
    }
    tell();
  }

  /** Where a client asks: usually the right place, as far as anybody knows. */
  Seat seatFor(int shard) {
    boolean elsewhere = !settling && world.weather.oneIn(4);
    return world.seats.get(elsewhere ? world.random.nextInt(World.NODES) : home[shard]);
  }

  /** Where it is, as far as anybody knows. */
  Seat home(int shard) {
    return world.seats.get(home[shard]);
  }

  private void tell() {
    for (int shard = 0; shard < World.SHARDS; shard++) {
      if (!world.seats.get(home[shard]).node().up()) {
        home[shard] = world.random.nextInt(World.NODES);
      }
      tell(shard);
    }
    world.time.after(EVERY, this::tell);
  }

  private void tell(int shard) {
    for (Seat seat : world.seats) {
      SimulatedNode node = seat.node();
      boolean here = seat.number() == home[shard];
      if (node.up() && here) {
        node.run(() -> node.shard(shard).host());
      } else if (node.up() && settling) {
        node.run(() -> node.shard(shard).drop());
      }
    }
  }

  /** A new home, whether or not the old one hears of it. */
  void move() {
    int shard = world.random.nextInt(World.SHARDS);
    int from = home[shard];
    home[shard] = world.random.nextInt(World.NODES);
    world.add(Trace.WORLD, "moves {from, to}", Trace.shard(shard), from, home[shard]);
    SimulatedNode old = world.seats.get(from).node();
    if (from != home[shard] && old.up() && !world.weather.oneIn(5)) {
      boolean gently = !world.weather.oneIn(4);
      old.run(() -> {
        if (gently) {
          old.shard(shard).drop();
        } else {
          old.shard(shard).kill();
        }
      });
    }
  }

  /** Two nodes are told to host the same shard. */
  void doubleHost() {
    int shard = world.random.nextInt(World.SHARDS);
    int other = world.random.nextInt(World.NODES);
    SimulatedNode node = world.seats.get(other).node();
    if (other != home[shard] && node.up()) {
      world.reached(State.TWO_NODES_TOLD_TO_HOST);
      node.run(() -> node.shard(shard).host());
      world.time.after(
          world.weather.upTo(6 * SECOND),
          () -> node.run(() -> {
            if (node.up() && other != home[shard]) {
              node.shard(shard).drop();
            }
          }));
    }
  }

  /** From now on it is reasonable. */
  void settle() {
    settling = true;
  }
}
