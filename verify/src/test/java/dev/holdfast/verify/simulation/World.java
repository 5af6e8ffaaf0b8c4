package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.spi.EntityKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** One run: everything there is, made from one seed. */
final class World {
  static final int NODES = 3;
  static final int CLIENTS = 4;
  static final int SHARDS = 2;
  static final int ENTITIES = 4;

  /** Where the database is in the {@link Net}; nodes come before it, clients after. */
  static final int DATABASE = NODES;

  static final int PLACES = NODES + 1 + CLIENTS;
  private static final List<EntityKey> KEYS = IntStream.range(0, ENTITIES)
      .mapToObj(entity -> new EntityKey("cell", "" + entity))
      .toList();

  private static final long TROUBLE = 30 * SECOND;
  private static final long CALM = 60 * SECOND;

  /** By then every statement that is late has landed. */
  private static final long LATEST = 30 * SECOND;

  private static final long REST = 6 * SECOND;

  final Set<Rule> off;
  final SplittableRandom random;
  final Timeline time = new Timeline();
  final Trace trace;
  final Sometimes sometimes = new Sometimes();
  final Weather weather;
  final Cells cells = new Cells();
  final History history = new History(this);
  final Net net = new Net(this);
  final SimulatedDatabase database = new SimulatedDatabase(this);

  /** The members of the nodes' engines, by address; they are all of one mind here. */
  final Set<String> engine = new TreeSet<>();

  final Placement placement;
  final List<Seat> seats;
  final List<Client> clients;

  World(long seed, Set<Rule> off, boolean calm, boolean recording) {
    this.off = off.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(off);
    this.random = new SplittableRandom(seed);
    this.trace = new Trace(recording);
    this.weather = new Weather(random, calm);
    this.placement = new Placement(this);
    this.seats =
        IntStream.range(0, NODES).mapToObj(number -> new Seat(this, number)).toList();
    this.clients =
        IntStream.range(0, CLIENTS).mapToObj(number -> new Client(this, number)).toList();
  }

  static int shardOf(int entity) {
    return entity % SHARDS;
  }

  static EntityKey key(int entity) {
    return KEYS.get(entity);
  }

  static int entity(EntityKey key) {
    return Integer.parseInt(key.id());
  }

  /** The seat of the node with that epoch. */
  int seatOf(long epoch) {
    return database.nodes().seat(epoch);
  }

  void reached(Sometimes.State state) {
    sometimes.reached(state);
  }

  void add(int place, String what, int subject, long a, long b) {
    trace.add(time.now(), place, what, subject, a, b);
  }

  /**
   * Lets trouble come for a while, then lets everything heal and requires that all is well.
   *
   * @throws Violation if a promise was broken
   */
  void run() {
    seats.forEach(Seat::start);
    placement.start();
    clients.forEach(Client::start);
    new Trouble(this).start();
    while (time.next(TROUBLE)) {
      // the event was all there is to it
    }
    heal();
    while (!settled() && time.next(TROUBLE + CALM)) {
      // as above
    }
    if (!settled()) {
      throw unsettled();
    }
    history.atTheEnd();
    rest();
  }

  /** What has been settled stays so: no shard goes on moving once all that was wanted is had. */
  private void rest() {
    long until = Math.max(time.now(), TROUBLE + LATEST);
    while (time.next(until)) {
      // as above
    }
    long yields = sometimes.count(Sometimes.State.SHARD_YIELDED);
    while (time.next(until + REST)) {
      // as above
    }
    if (sometimes.count(Sometimes.State.SHARD_YIELDED) > yields) {
      throw new Violation(Trace.shard(0), "a shard is yielded though nobody asks for it");
    }
  }

  private void heal() {
    add(Trace.WORLD, "everything heals", Trace.node(0), 0, 0);
    weather.clear();
    net.heal();
    seats.forEach(Seat::resume);
    placement.settle();
    clients.forEach(Client::settle);
  }

  private boolean settled() {
    return clients.stream().allMatch(Client::settled)
        && seats.stream().allMatch(seat -> seat.node().up());
  }

  private Violation unsettled() {
    for (Client client : clients) {
      if (!client.settled()) {
        return new Violation(client.entity(), "it does not answer, though nothing fails any more");
      }
    }
    return new Violation(Trace.node(0), "a node does not come back, though nothing fails any more");
  }

  /** At most one node may pass the check of claim and lease, at any moment. */
  void checkOwners(SimulatedNode node) {
    for (int shard = 0; shard < SHARDS; shard++) {
      if (node.owns(shard)) {
        for (Seat seat : seats) {
          SimulatedNode other = seat.node();
          if (other != node && other.owns(shard)) {
            throw new Violation(
                Trace.shard(shard),
                "epochs " + node.epoch() + " and " + other.epoch() + " own it at the same time");
          }
        }
      }
    }
  }
}
