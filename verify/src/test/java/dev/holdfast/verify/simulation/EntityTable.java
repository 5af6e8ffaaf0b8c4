package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Store;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The entities' rows, and the statements about them. */
final class EntityTable {
  static final Row ABSENT = new Row(Store.NO_ROW, Store.NO_ROW, null, Operations.NONE);

  /** One entity's write within a statement; {@code token} and {@code expected} guard it. */
  record Write(int entity, long token, long expected, Row next) {}

  /** A row and its lock. */
  static final class Entity {
    Row row = ABSENT;
    boolean locked;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    void await(Runnable unlocked) {
      waiting.add(unlocked);
    }

    /** Who waits goes on, one after the other, until one of them locks it. */
    void wake() {
      while (!locked && !waiting.isEmpty()) {
        waiting.remove().run();
      }
    }
  }

  private final World world;
  private final SimulatedDatabase database;
  private final Entity[] entities = new Entity[World.ENTITIES];

  EntityTable(World world, SimulatedDatabase database) {
    this.world = world;
    this.database = database;
    java.util.Arrays.setAll(entities, i -> new Entity());
  }

  Entity entity(int number) {
    return entities[number];
  }

  /** Answers the {@link Row}. */
  Statement.Body load(int entity) {
    return statement -> database.finish(statement, entities[entity].row);
  }

  /**
   * The guarded write of several entities, each at most once; answers the {@link Store.Result} of
   * each, in their order.
   */
  Statement.Body write(long epoch, List<Write> writes) {
    return statement -> new BatchWrite(world, statement, epoch, writes).begin();
  }
}
