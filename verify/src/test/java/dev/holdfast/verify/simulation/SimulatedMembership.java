package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.protocol.Downing;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How one node stands with the others: whom it hears, when it becomes a member, and what its
 * {@link Downing} says to the rows it reads.
 */
final class SimulatedMembership {
  private static final long LISTEN = 300 * MILLI;
  private static final long PROBATION = 5 * SECOND;

  private final SimulatedNode node;
  private final World world;
  private final Downing downing;
  private final boolean probation;
  private final long patience;
  private final long[] heard = new long[World.NODES];
  private Set<Long> unreachable = Set.of();
  private boolean joined;
  private boolean member;
  private boolean evicting;
  private long besideSince;

  /** @param probation whether it has to be within reach for a while before it is a member */
  SimulatedMembership(SimulatedNode node, boolean probation) {
    this.node = node;
    this.world = node.world;
    this.downing = new Downing(node.epoch());
    this.probation = probation;
    this.patience = 1000 * MILLI + world.weather.upTo(1500 * MILLI);
    java.util.Arrays.fill(heard, node.nanos());
  }

  boolean member() {
    return member;
  }

  /** Whether it waits for an eviction to be done; it does not look at the rows meanwhile. */
  boolean evicting() {
    return evicting;
  }

  /** The epochs it has not heard of for a while. */
  Set<Long> unreachable() {
    return unreachable;
  }

  // ---- whom it hears

  void listen() {
    if (!node.dead()) {
      for (Seat seat : world.seats) {
        boolean speaks = !seat.node().ended() && !seat.paused();
        if (speaks && world.net.connected(seat.number(), node.seat())) {
          heard[seat.number()] = node.nanos();
        }
      }
      node.after(LISTEN, this::listen);
    }
  }

  private void notice(List<NodeRow> rows) {
    Set<Long> missed = new TreeSet<>();
    for (NodeRow row : rows) {
      Seat seat = seat(row);
      boolean hears =
          seat.node().epoch() == row.epoch() && node.nanos() - heard[seat.number()] < patience;
      if (world.engine.contains(row.address()) && !hears) {
        missed.add(row.epoch());
      }
    }
    unreachable = missed;
  }

  private Seat seat(NodeRow row) {
    return world.seats.get(row.address().charAt(0) - '0');
  }

  // ---- what the rows say

  void interrupted() {
    downing.interrupted();
  }

  /** @param renewing whether its own lease is valid and its renewals succeed */
  void seen(List<NodeRow> rows, boolean renewing) {
    if (joined) {
      notice(rows);
    }
    carryOut(
        downing.observe(new Downing.Sight(node.nanos(), rows, Set.copyOf(world.engine), renewing)));
    if (!member && !node.dead()) {
      join(rows);
    }
  }

  private void carryOut(Downing.Verdict verdict) {
    for (String address : new TreeSet<>(verdict.down())) {
      if (world.database.nodes().live(address)) {
        throw new Violation(Trace.node(node.seat()), "a live member is removed: " + address);
      }
      world.engine.remove(address);
    }
    if (!verdict.evict().isEmpty()) {
      evict(verdict.evict(), verdict.staying());
    }
    switch (verdict.fate()) {
      case GOES -> node.told();
      case OVER -> node.die();
      case STAYS, LEAVES -> {}
    }
  }

  private void evict(Set<Long> victims, Set<Long> staying) {
    int about = Trace.node(node.seat());
    world.add(
        node.seat(),
        "evicts {how many, lowest staying}",
        about,
        victims.size(),
        new TreeSet<>(staying).first());
    evicting = true;
    node.send(
        "evict",
        about,
        world.database.nodes().evict(victims, staying),
        done -> evicting = false,
        unknown -> evicting = false);
  }

  // ---- how it becomes a member

  private void join(List<NodeRow> rows) {
    List<NodeRow> others = rows.stream()
        .filter(row -> row.member() && row.state() == NodeRow.State.UP)
        .filter(row -> row.epoch() != node.epoch())
        .toList();
    if (!joined) {
      joined = others.isEmpty() || others.stream().anyMatch(this::reaches);
      besideSince = node.nanos();
      if (joined) {
        world.engine.add(NodeTable.address(node.seat(), node.epoch()));
      }
    } else if (probation && outOfReach(others)) {
      world.reached(State.PROBATION_FAILED);
      node.told();
    } else if (!probation || node.nanos() - besideSince >= PROBATION) {
      node.send(
          "member",
          Trace.node(node.seat()),
          world.database.nodes().member(node.epoch()),
          is -> becomes((boolean) is),
          unknown -> {});
    }
  }

  private void becomes(boolean is) {
    if (is && !member) {
      member = true;
      world.add(node.seat(), "is a member {epoch}", Trace.node(node.seat()), node.epoch(), 0);
      if (probation) {
        world.reached(State.EVICTED_NODE_BACK);
      }
    }
  }

  private boolean reaches(NodeRow other) {
    Seat seat = seat(other);
    return seat.node().epoch() == other.epoch() && world.net.mutual(seat.number(), node.seat());
  }

  private boolean outOfReach(List<NodeRow> others) {
    return others.stream()
        .anyMatch(
            row -> row.unreachable().contains(node.epoch()) || unreachable.contains(row.epoch()));
  }
}
