package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.protocol.HeartbeatWatch;
import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import dev.holdfast.protocol.NodeLease;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One node, from its start to its end: renews its lease, watches the others, and hosts shards. What
 * it is told by others waits while its machine stands still.
 */
final class SimulatedNode {
  private static final long RENEW = Clock.TERMS.ttlNanos() / 6;
  private static final long WATCH = 250 * MILLI;
  private static final long REVIEW = SECOND;

  /** How often to look whether copies can still be read, once nothing lives here any more. */
  private static final int LOOKS = 100;

  final World world;
  private final Seat seat;
  private final Clock clock;
  private final SimulatedShard[] shards = new SimulatedShard[World.SHARDS];
  private final Map<Integer, List<Runnable>> writing = new HashMap<>();
  private final SimulatedWrites writes;
  private final HeartbeatWatch heartbeats = new HeartbeatWatch();
  private final boolean probation;
  private @Nullable SimulatedMembership membership;
  private @Nullable SimulatedPeers peers;
  private @Nullable SimulatedReads reads;
  private Map<Long, Long> seenLast = new HashMap<>();
  private NodeLease lease = new NodeLease.Unheld();
  private long epoch;
  private boolean failing;
  private boolean leaving;
  private boolean ended;
  private boolean evicted;
  private long reviewed;

  /** @param probation whether its predecessor was told to go */
  SimulatedNode(World world, Seat seat, Clock clock, boolean probation) {
    this.world = world;
    this.seat = seat;
    this.clock = clock;
    this.probation = probation;
    this.writes = new SimulatedWrites(this);
  }

  int seat() {
    return seat.number();
  }

  long epoch() {
    return epoch;
  }

  long nanos() {
    return clock.nanos();
  }

  boolean ended() {
    return ended;
  }

  /** Whether it can be given shards. */
  boolean up() {
    return member() && !ended && !leaving && !dead();
  }

  boolean member() {
    return membership != null && membership.member();
  }

  boolean dead() {
    return lease instanceof NodeLease.Dead;
  }

  boolean leaseValid() {
    return lease.valid(nanos());
  }

  long leaseLeft() {
    return lease.leftNanos(nanos());
  }

  SimulatedPeers peers() {
    return Objects.requireNonNull(peers);
  }

  boolean owns(int shard) {
    return epoch != 0 && !ended && shards[shard].held() && leaseValid();
  }

  SimulatedShard shard(int number) {
    return shards[number];
  }

  // ---- its threads

  /** Does it now, or when the machine goes on, or never if the node is over by then. */
  void run(Runnable task) {
    if (ended) {
      return;
    }
    if (seat.paused()) {
      seat.waits(() -> run(task));
    } else {
      task.run();
    }
  }

  void after(long nanos, Runnable task) {
    world.time.after(clock.real(nanos), () -> run(task));
  }

  /** On another thread, at once or when that one gets to it. */
  void soon(Runnable task) {
    Weather weather = world.weather;
    long stall = weather.strikes(weather.threadStalls) ? weather.slow() : 0;
    after(weather.hop() / 20 + stall, task);
  }

  void send(
      String what,
      int subject,
      Statement.Body body,
      Consumer<Object> reply,
      Consumer<Boolean> failure) {
    world.database.send(this, what, subject, body, reply, failure);
  }

  // ---- its life

  void start() {
    send(
        "register",
        Trace.node(seat()),
        world.database.nodes().register(seat()),
        reply -> registered((long) reply),
        unknown -> after(100 * MILLI, this::start));
  }

  private void registered(long number) {
    epoch = number;
    world.add(seat(), "registered {epoch}", Trace.node(seat()), epoch, 0);
    for (int shard = 0; shard < World.SHARDS; shard++) {
      shards[shard] = new SimulatedShard(this, shard);
    }
    reviewed = nanos();
    SimulatedPeers known = new SimulatedPeers(this);
    peers = known;
    reads = new SimulatedReads(this, known);
    SimulatedMembership begun = new SimulatedMembership(this, probation);
    membership = begun;
    begun.listen();
    renew();
    look();
  }

  private void renew() {
    SimulatedMembership present = membership;
    if (dead() || present == null) {
      return;
    }
    long sent = nanos();
    send(
        "renew",
        Trace.node(seat()),
        world.database.nodes().renew(epoch, present.unreachable()),
        state -> renewed((NodeRow.State) state, sent),
        unknown -> {
          failing = true;
          after(RENEW, this::renew);
        });
  }

  private void renewed(NodeRow.State state, long sent) {
    failing = false;
    if (state != NodeRow.State.UP) {
      if (state == NodeRow.State.EVICTING) {
        told();
      } else {
        die();
      }
      return;
    }
    boolean ranOut = lease instanceof NodeLease.Held && !leaseValid();
    lease = lease.renewed(Clock.TERMS, sent);
    if (ranOut && leaseValid()) {
      world.reached(State.LEASE_REVIVED);
    }
    if (ranOut) {
      world.add(seat(), "lease revived", Trace.node(seat()), epoch, 0);
    }
    world.checkOwners(this);
    after(RENEW, this::renew);
  }

  /** It stops serving at once, but not all that it has begun comes to nothing. */
  void die() {
    if (stop("learns that it is dead")) {
      after(world.weather.upTo(2 * SECOND), this::end);
    }
  }

  /** The same, but it says that it is gone, and does not come back before the others reach it. */
  void told() {
    if (stop("learns that it is to go")) {
      evicted = true;
      after(world.weather.upTo(2 * SECOND), () -> outlast(LOOKS, 0));
    }
  }

  private boolean stop(String why) {
    boolean lived = !dead();
    if (lived) {
      world.add(seat(), why, Trace.node(seat()), epoch, 0);
      lease = lease.died();
      forShards(SimulatedShard::died);
    }
    return lived;
  }

  /** What was granted here can be read a little longer. */
  private void outlast(int looks, int waited) {
    if (looks > 0 && peers().grants().readable() && !world.off.contains(Rule.LEFT)) {
      after(20 * MILLI, () -> outlast(looks - 1, waited + 1));
    } else {
      if (waited > 0) {
        world.reached(State.LEAVING_WAITED_FOR_COPIES);
      }
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    send(
        "leave",
        Trace.node(seat()),
        world.database.nodes().leave(epoch),
        left -> end(),
        unknown -> end());
  }

  private void end() {
    ended = true;
    seat.startLater(this, evicted);
  }

  void crash() {
    if (!ended) {
      world.add(seat(), "crash", Trace.node(seat()), epoch, 0);
      world.reached(State.NODE_CRASHED);
      end();
    }
  }

  /** It hands its shards over, or gives up on that, and says that it is gone. */
  void leave() {
    if (up()) {
      world.add(seat(), "leaves", Trace.node(seat()), epoch, 0);
      leaving = true;
      forShards(SimulatedShard::drop);
      drained(world.weather.oneIn(3) ? 0 : 50);
    }
  }

  private void drained(int looks) {
    boolean hosting = false;
    for (SimulatedShard shard : shards) {
      hosting |= shard.hosting();
    }
    if (hosting && looks > 0 && !dead()) {
      after(100 * MILLI, () -> drained(looks - 1));
    } else if (!dead()) {
      lease = lease.died();
      forShards(SimulatedShard::died);
      world.reached(State.NODE_LEFT);
      outlast(LOOKS, 0);
    }
  }

  private void forShards(Consumer<SimulatedShard> task) {
    for (SimulatedShard shard : shards) {
      task.accept(shard);
    }
  }

  // ---- its watch over the others

  private void look() {
    if (dead()) {
      return;
    }
    if (failing || !leaseValid()) {
      heartbeats.interrupted();
    }
    if (membership != null && membership.evicting()) {
      after(WATCH, this::look);
      return;
    }
    send("nodes", Trace.node(seat()), world.database.nodes().live(), this::seen, unknown -> {
      heartbeats.interrupted();
      if (membership != null) {
        membership.interrupted();
      }
      after(WATCH, this::look);
    });
  }

  @SuppressWarnings("unchecked") // the statement's own reply
  private void seen(Object reply) {
    List<NodeRow> rows = (List<NodeRow>) reply;
    List<Heartbeat> others = rows.stream()
        .filter(row -> row.epoch() != epoch)
        .map(row -> new Heartbeat(row.epoch(), row.heartbeat(), Clock.TERMS.ttlNanos()))
        .toList();
    List<Heartbeat> silent = heartbeats.observe(nanos(), others);
    for (Heartbeat node : world.off.contains(Rule.EXPIRY) ? seenTwice(others) : silent) {
      world.add(
          seat(), "fences {epoch, heartbeat}", Trace.node(seat()), node.epoch(), node.counter());
      send(
          "fence",
          Trace.node(seat()),
          world.database.nodes().fence(node.epoch(), node.counter()),
          done -> {},
          unknown -> {});
    }
    peers().live(rows.stream().map(NodeRow::epoch).collect(Collectors.toCollection(TreeSet::new)));
    if (membership != null) {
      membership.seen(rows, leaseValid() && !failing);
    }
    if (nanos() - reviewed > REVIEW) {
      reviewed = nanos();
      send(
          "claims",
          Trace.node(seat()),
          world.database.claimRows(),
          claims -> {
            review((List<ClaimRow>) claims, rows);
          },
          unknown -> {});
    }
    after(WATCH, this::look);
  }

  private List<Heartbeat> seenTwice(List<Heartbeat> others) {
    List<Heartbeat> twice = new ArrayList<>();
    Map<Long, Long> seen = new HashMap<>();
    for (Heartbeat other : others) {
      Long before = seenLast.get(other.epoch());
      if (before != null && before == other.counter()) {
        twice.add(other);
      }
      seen.put(other.epoch(), other.counter());
    }
    seenLast = seen;
    return twice;
  }

  private void review(List<ClaimRow> claims, List<NodeRow> nodes) {
    for (ClaimRow claim : claims) {
      boolean lives = nodes.stream().anyMatch(row -> row.epoch() == claim.wantedBy());
      shards[claim.shard()].review(claim, lives);
    }
  }

  // ---- its entities

  /** A request for an entity; answered if and when the entity answers. */
  void receive(int entity, Request request, Consumer<Answer> reply) {
    SimulatedReads others = reads;
    if (request.kind() == Kind.GET
        && others != null
        && !shards[World.shardOf(entity)].lives(entity)) {
      others.read(entity, request, reply);
    } else {
      receiveHere(entity, request, reply);
    }
  }

  /** A request that no other node is to see. */
  void receiveHere(int entity, Request request, Consumer<Answer> reply) {
    if (epoch == 0) {
      reply.accept(new Answer.NotNow("starting"));
    } else {
      shards[World.shardOf(entity)].receive(entity, request, reply);
    }
  }

  /** Never while a write of that entity is in flight here, whoever sent it. */
  void load(int entity, Consumer<Row> loaded, Runnable failed) {
    List<Runnable> waiting = writing.get(entity);
    if (waiting != null) {
      waiting.add(() -> load(entity, loaded, failed));
      return;
    }
    send(
        "load",
        entity,
        world.database.entities().load(entity),
        row -> loaded.accept((Row) row),
        unknown -> failed.run());
  }

  SimulatedWrites writes() {
    return writes;
  }

  void beginWrite(int entity) {
    writing.put(entity, new ArrayList<>());
  }

  void endWrite(int entity) {
    List<Runnable> waiting = writing.remove(entity);
    if (waiting != null) {
      waiting.forEach(Runnable::run);
    }
  }
}
