package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.spi.NodeRow;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The nodes' rows, and the statements about them. Each takes effect in one instant. */
final class NodeTable {
  private static final Duration TTL = Duration.ofNanos(Clock.TERMS.ttlNanos());

  private static final class Row {
    final long epoch;
    final String address;
    long heartbeat;
    long overSince = Long.MAX_VALUE;
    boolean fenced;
    boolean evicting;
    boolean member;
    Set<Long> unreachable = Set.of();

    Row(long epoch, int seat) {
      this.epoch = epoch;
      this.address = address(seat, epoch);
    }

    boolean live() {
      return overSince == Long.MAX_VALUE;
    }

    boolean stays() {
      return live() && !evicting;
    }

    NodeRow.State state() {
      if (!live()) {
        return fenced ? NodeRow.State.FENCED : NodeRow.State.LEFT;
      }
      return evicting ? NodeRow.State.EVICTING : NodeRow.State.UP;
    }

    NodeRow read() {
      return new NodeRow(
          epoch, address, address, address, "", state(), heartbeat, member, unreachable, TTL);
    }
  }

  private final World world;
  private final SimulatedDatabase database;
  private final List<Row> rows = new ArrayList<>();

  NodeTable(World world, SimulatedDatabase database) {
    this.world = world;
    this.database = database;
  }

  /** Where an epoch's engine listens; no other ever does. */
  static String address(int seat, long epoch) {
    return seat + "#" + epoch;
  }

  private Row row(long epoch) {
    return rows.get((int) epoch - 1);
  }

  /** The seat of the node with that epoch. */
  int seat(long epoch) {
    return row(epoch).address.charAt(0) - '0';
  }

  boolean live(long epoch) {
    return row(epoch).live();
  }

  boolean live(String address) {
    return live(Long.parseLong(address.substring(address.indexOf('#') + 1)));
  }

  /** Whether it was live at that time, which is what a statement's snapshot shows. */
  boolean liveAt(long epoch, long when) {
    return row(epoch).overSince > when;
  }

  boolean fenced(long epoch) {
    return row(epoch).fenced;
  }

  /** Answers the epoch. */
  Statement.Body register(int seat) {
    return statement -> {
      Row row = new Row(rows.size() + 1, seat);
      rows.add(row);
      database.finish(statement, row.epoch);
    };
  }

  /** Answers the node's state: its lease is renewed if that is up. */
  Statement.Body renew(long epoch, Set<Long> unreachable) {
    return statement -> {
      Row row = row(epoch);
      if (row.stays()) {
        row.heartbeat++;
        row.unreachable = unreachable;
      } else if (row.live()) {
        world.reached(State.EVICTED_NODE_NOT_RENEWED);
      }
      database.finish(statement, row.state());
    };
  }

  /** Answers the live nodes as a list of {@link NodeRow}. */
  Statement.Body live() {
    return statement -> database.finish(
        statement, rows.stream().filter(Row::live).map(Row::read).toList());
  }

  Statement.Body fence(long epoch, long heartbeat) {
    return statement -> {
      Row row = row(epoch);
      boolean fences = row.live() && row.heartbeat == heartbeat;
      if (fences) {
        row.overSince = world.time.now();
        row.fenced = true;
        world.reached(row.evicting ? State.EVICTED_NODE_FENCED : State.NODE_FENCED);
        if (database.writes(epoch)) {
          world.reached(State.FENCED_WHILE_A_WRITE_IS_IN_FLIGHT);
        }
        world.add(Trace.DATABASE, "fenced {epoch}", Trace.node(0), epoch, heartbeat);
      }
      database.finish(statement, fences);
    };
  }

  Statement.Body leave(long epoch) {
    return statement -> {
      Row row = row(epoch);
      row.overSince = Math.min(row.overSince, world.time.now());
      world.add(Trace.DATABASE, "left {epoch}", Trace.node(0), epoch, 0);
      database.finish(statement, true);
    };
  }

  /** Answers whether the node is a member now. */
  Statement.Body member(long epoch) {
    return statement -> {
      Row row = row(epoch);
      row.member |= row.live();
      database.finish(statement, row.live());
    };
  }

  /**
   * Answers whether the victims were told to go. It may have to wait for the cluster's row, and
   * then somebody who was to stay may be about to leave.
   *
   * @throws Violation if nobody is left
   */
  Statement.Body evict(Set<Long> victims, Set<Long> staying) {
    return statement -> {
      boolean waits = !world.weather.fair() && world.weather.oneIn(4);
      if (waits && world.weather.oneIn(2)) {
        world.seats.stream()
            .map(Seat::node)
            .filter(node -> staying.contains(node.epoch()))
            .findFirst()
            .ifPresent(SimulatedNode::leave);
      }
      world.time.after(
          waits ? world.weather.upTo(2 * SECOND) : 0, () -> locked(statement, victims, staying));
    };
  }

  private void locked(Statement statement, Set<Long> victims, Set<Long> staying) {
    if (statement.over) {
      return;
    }
    boolean may = staying.stream().allMatch(epoch -> row(epoch).stays());
    if (!may) {
      world.reached(State.EVICTION_REFUSED);
    }
    if (may || world.off.contains(Rule.EVICT)) {
      victims.stream().sorted().forEach(this::evict);
      if (rows.stream().noneMatch(row -> row.stays() && row.member)) {
        throw new Violation(Trace.node(0), "all members were told to go");
      }
    }
    database.finish(statement, may);
  }

  private void evict(long epoch) {
    Row row = row(epoch);
    if (row.stays()) {
      row.evicting = true;
      world.reached(State.NODE_EVICTED);
      world.add(Trace.DATABASE, "evicted {epoch}", Trace.node(0), epoch, 0);
    }
  }
}
