package dev.holdfast.spi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where entities are kept. Methods block, may be called from several threads, and throw
 * {@link DatabaseException}.
 */
public interface Store {
  /** The revision a write expects of an entity that has no row yet. */
  long NO_ROW = -1;

  /**
   * One guarded write of one entity.
   *
   * @param shard must be the one stored with the entity
   * @param token the token of the writer's claim on the shard
   * @param expected the revision the row must have, or {@link #NO_ROW}
   * @param revision the revision it gets
   * @param json the new value; null to mark it deleted
   * @param operations see {@link StoredEntity#operations}
   */
  record Write(
      EntityKey key,
      int shard,
      long token,
      long expected,
      long revision,
      @Nullable String json,
      String operations) {}

  /** What became of a write. */
  enum Result {
    /** It is committed. */
    WRITTEN,
    /** The writer does not hold the shard under that token, or is not live. Nothing was written. */
    NOT_OWNER,
    /** The claim holds, but the row is not at the expected revision. Nothing was written. */
    CONFLICT
  }

  /**
   * Writes entities, each of them on its own: committed if and only if, in the same statement and
   * under lock, the claim on its shard belongs to {@code owner} with its token, and the row is at
   * the expected revision. A writer that is fenced or left is refused as well, though not under
   * lock. Durable when this returns.
   *
   * @param owner the writer's epoch
   * @param writes at most one per entity
   * @return one result per write, in order
   * @throws DatabaseException if {@link DatabaseException#unknown} is false, nothing was and
   *     nothing will be written; if it is true, each write may or may not be, now or later
   */
  List<Result> write(long owner, List<Write> writes);

  /**
   * What {@link #confirm} is asked.
   *
   * @param token the token of the asker's claim on the shard
   */
  record Held(EntityKey key, int shard, long token) {}

  /**
   * Asks, for each entity in one statement of its own or of all: is the claim on its shard held by
   * {@code owner} under that token, is the owner live, and at which revision is the row? The answer
   * was true at one moment after the call began.
   *
   * @param owner the asker's epoch
   * @param held at most one per entity
   * @return in order; the row's revision or {@link #NO_ROW}, empty if the claim is not so held
   */
  List<OptionalLong> confirm(long owner, List<Held> held);

  /** Reads entities, in the order of the keys, which may repeat; empty where there is no row. */
  List<Optional<StoredEntity>> load(List<EntityKey> keys);

  /** Lists the rows of a type that are not deleted, in the order of the ids' code points. */
  List<StoredEntity> list(String type, String after, int limit);

  /** Whether any row of the type exists, deleted ones included. */
  boolean knows(String type);
}
