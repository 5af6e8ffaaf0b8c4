package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MICRO;

import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Store;
import dev.holdfast.verify.simulation.EntityTable.Entity;
import dev.holdfast.verify.simulation.EntityTable.Write;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A statement that writes entities, under way in the database. It shares the claims it finds held,
 * locks the rows one after the other, and commits all that it may write at once, or nothing.
 */
final class BatchWrite {
  private final World world;
  private final Statement statement;
  private final long epoch;
  private final List<Write> writes;
  private final Store.Result[] results;
  private final List<Write> sharing = new ArrayList<>();
  private final List<Write> locked = new ArrayList<>();

  BatchWrite(World world, Statement statement, long epoch, List<Write> writes) {
    this.world = world;
    this.statement = statement;
    this.epoch = epoch;
    this.writes = writes;
    this.results = new Store.Result[writes.size()];
  }

  void begin() {
    boolean live = world.database.nodes().live(epoch);
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      int shard = World.shardOf(write.entity());
      if (live && world.database.share(shard, epoch, write.token())) {
        sharing.add(write);
      } else {
        results[i] = Store.Result.NOT_OWNER;
        refused(write, live);
      }
    }
    statement.rollBack = this::unlock;
    statement.commit = this::unlock;
    lockFrom(0);
  }

  private void refused(Write write, boolean live) {
    if (statement.late) {
      world.reached(live ? State.LATE_WRITE_REFUSED_BY_TOKEN : State.LATE_WRITE_REFUSED_BY_FENCE);
    }
    add("write refused: not owner {epoch, token}", write, epoch, write.token());
  }

  private void lockFrom(int first) {
    for (int i = first; i < writes.size(); i++) {
      Write write = writes.get(i);
      Entity entity = entity(write);
      if (results[i] != null) {
        continue;
      }
      if (entity.locked) {
        int here = i;
        entity.await(() -> {
          if (!statement.over) {
            lockFrom(here);
          }
        });
        return;
      }
      if (entity.row.stored() != write.expected() && !world.off.contains(Rule.CAS)) {
        results[i] = Store.Result.CONFLICT;
        conflict(write, entity);
      } else {
        results[i] = Store.Result.WRITTEN;
        entity.locked = true;
        locked.add(write);
      }
    }
    work();
  }

  private void conflict(Write write, Entity entity) {
    if (statement.late) {
      world.reached(State.LATE_WRITE_REFUSED_BY_CAS);
    }
    add("write refused: conflict {expected, is}", write, write.expected(), entity.row.stored());
  }

  private void work() {
    if (locked.isEmpty()) {
      end();
      return;
    }
    statement.rollBack = () -> {
      world.reached(State.RESTART_ROLLED_BACK_A_WRITE);
      unlock();
    };
    statement.commit = () -> {
      world.reached(State.RESTART_COMMITTED_A_WRITE);
      apply();
    };
    Weather weather = world.weather;
    long work = 50 * MICRO + (weather.strikes(weather.commitSlow) ? weather.slow() : 0);
    world.time.after(work, this::commit);
  }

  private void commit() {
    if (!statement.over) {
      if (statement.late) {
        world.reached(State.LATE_WRITE_COMMITTED);
      }
      if (locked.size() < writes.size()) {
        world.reached(State.BATCH_PARTLY_REFUSED);
      }
      apply();
      world.database.finish(statement, Arrays.asList(results));
    }
  }

  private void end() {
    world.database.finish(statement, Arrays.asList(results));
    unlock();
  }

  private void apply() {
    List<Row> before = locked.stream().map(write -> entity(write).row).toList();
    for (Write write : locked) {
      entity(write).row = write.next();
      add("committed {epoch, revision}", write, epoch, write.next().revision());
    }
    unlock();
    for (int i = 0; i < locked.size(); i++) {
      Write write = locked.get(i);
      world.history.committed(write.entity(), before.get(i), write.next());
    }
  }

  private void unlock() {
    statement.over = true;
    locked.forEach(write -> entity(write).locked = false);
    sharing.forEach(write -> world.database.unshare(World.shardOf(write.entity())));
    locked.forEach(write -> entity(write).wake());
  }

  private Entity entity(Write write) {
    return world.database.entities().entity(write.entity());
  }

  private void add(String what, Write write, long a, long b) {
    world.add(Trace.DATABASE, what, write.entity(), a, b);
  }
}
