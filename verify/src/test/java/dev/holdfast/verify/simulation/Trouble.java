package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.verify.simulation.Sometimes.State;

/** Everything that goes wrong by itself, until the weather clears. */
final class Trouble {
  private final World world;
  private final Weather weather;

  Trouble(World world) {
    this.world = world;
    this.weather = world.weather;
  }

  void start() {
    again(weather.pauses, this::pause);
    again(weather.crashes, () -> node().crash());
    again(weather.leaves, () -> node().leave());
    again(weather.databaseRestarts, () -> world.database.restart(0));
    again(weather.databaseOutages, this::outage);
    again(weather.cuts, this::cut);
    again(weather.splits, this::split);
    again(weather.flickers, this::flicker);
    again(weather.moves, () -> world.placement.move());
    again(weather.doubleHosts, () -> world.placement.doubleHost());
    again(weather.passivations, this::passivate);
  }

  private void again(long mean, Runnable trouble) {
    if (mean > 0) {
      world.time.after(weather.next(mean), () -> {
        if (!weather.fair()) {
          trouble.run();
          again(mean, trouble);
        }
      });
    }
  }

  private Seat seat() {
    return world.seats.get(world.random.nextInt(World.NODES));
  }

  private SimulatedNode node() {
    return seat().node();
  }

  private void pause() {
    long longest = switch (world.random.nextInt(3)) {
      case 0 -> SECOND;
      case 1 -> 4 * SECOND;
      default -> 9 * SECOND;
    };
    seat().pause(weather.upTo(longest));
  }

  private void outage() {
    world.reached(State.DATABASE_OUT_OF_REACH);
    world.database.restart(weather.upTo(weather.oneIn(3) ? 8 * SECOND : SECOND));
  }

  /** Between a node and the database, or a node and a client; one way or both. */
  private void cut() {
    int node = world.random.nextInt(World.NODES);
    int other =
        weather.oneIn(2) ? World.DATABASE : World.NODES + world.random.nextInt(World.CLIENTS + 1);
    long nanos = weather.upTo(6 * SECOND);
    int ways = 1 + world.random.nextInt(3);
    world.add(Trace.WORLD, "cut {other, ways}", Trace.node(node), other, ways);
    cut(node, other, ways, nanos);
    if (ways != 3) {
      world.reached(State.ONE_WAY_CUT);
    }
  }

  private void cut(int node, int other, int ways, long nanos) {
    if (ways != 2) {
      world.net.cut(node, other, nanos);
    }
    if (ways != 1) {
      world.net.cut(other, node, nanos);
    }
  }

  /** Between nodes: one link, or all links of one node; for long enough to be noticed, or not. */
  private void split() {
    int node = world.random.nextInt(World.NODES);
    int other = (node + 1 + world.random.nextInt(World.NODES - 1)) % World.NODES;
    boolean alone = weather.oneIn(2);
    long nanos =
        weather.oneIn(4) ? weather.upTo(4 * SECOND) : 4 * SECOND + weather.upTo(15 * SECOND);
    int ways = 1 + world.random.nextInt(3);
    world.add(Trace.WORLD, "split {other, ways}", Trace.node(node), alone ? -1 : other, ways);
    for (int to = 0; to < World.NODES; to++) {
      if (to == other || (alone && to != node)) {
        cut(node, to, ways, nanos);
      }
    }
    world.reached(alone ? State.NODE_CUT_FROM_ALL_OTHERS : State.LINK_CUT);
  }

  /** Between two nodes, for about as long as a session lasts. */
  private void flicker() {
    int node = world.random.nextInt(World.NODES);
    int other = (node + 1 + world.random.nextInt(World.NODES - 1)) % World.NODES;
    int ways = 1 + world.random.nextInt(3);
    world.add(Trace.WORLD, "flicker {other, ways}", Trace.node(node), other, ways);
    cut(node, other, ways, weather.upTo(3 * SECOND));
  }

  private void passivate() {
    SimulatedNode node = node();
    int entity = world.random.nextInt(World.ENTITIES);
    boolean fails = weather.oneIn(3);
    if (node.up()) {
      node.run(() -> node.shard(World.shardOf(entity)).passivate(entity, fails));
    }
  }
}
