package dev.holdfast.verify.simulation;

import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.List;

/** The nodes' rows, and the statements about them. Each takes effect in one instant. */
final class NodeTable {
  private static final class Row {
    final long epoch;
    long heartbeat;
    long overSince = Long.MAX_VALUE;
    boolean fenced;

    Row(long epoch) {
      this.epoch = epoch;
    }

    boolean live() {
      return overSince == Long.MAX_VALUE;
    }
  }

  private final World world;
  private final SimulatedDatabase database;
  private final List<Row> rows = new ArrayList<>();

  NodeTable(World world, SimulatedDatabase database) {
    this.world = world;
    this.database = database;
  }

  private Row row(long epoch) {
    return rows.get((int) epoch - 1);
  }

  boolean live(long epoch) {
    return row(epoch).live();
  }

  /** Whether it was live at that time, which is what a statement's snapshot shows. */
  boolean liveAt(long epoch, long when) {
    return row(epoch).overSince > when;
  }

  boolean fenced(long epoch) {
    return row(epoch).fenced;
  }

  /** Answers the epoch. */
  Statement.Body register() {
    return statement -> {
      Row row = new Row(rows.size() + 1);
      rows.add(row);
      database.finish(statement, row.epoch);
    };
  }

  /** Answers whether the node is live. */
  Statement.Body renew(long epoch) {
    return statement -> {
      Row row = row(epoch);
      if (row.live()) {
        row.heartbeat++;
      }
      database.finish(statement, row.live());
    };
  }

  /** Answers the live nodes' epochs and heartbeats by turns. */
  Statement.Body live() {
    return statement -> {
      List<Long> live = new ArrayList<>();
      for (Row row : rows) {
        if (row.live()) {
          live.add(row.epoch);
          live.add(row.heartbeat);
        }
      }
      database.finish(statement, live);
    };
  }

  Statement.Body fence(long epoch, long heartbeat) {
    return statement -> {
      Row row = row(epoch);
      boolean fences = row.live() && row.heartbeat == heartbeat;
      if (fences) {
        row.overSince = world.time.now();
        row.fenced = true;
        world.reached(State.NODE_FENCED);
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
}
