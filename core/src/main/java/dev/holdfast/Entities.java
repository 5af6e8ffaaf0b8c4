package dev.holdfast;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All entities of one type, wherever they live. Every call may be made on any node.
 *
 * <p>Reads and changes are linearizable: whoever begins after a call has returned sees its effect,
 * on every node. A change that returns is in the database. Every method throws {@link NotDone} if
 * it certainly had no effect; methods that change throw {@link OutcomeUnknown} if they may have had
 * one. A read may be asked for in other ways, see {@link Read}.
 *
 * <p>Thread-safe. Methods block the caller up to the deadline of the {@link Call}; see
 * {@link #async()}.
 *
 * @param <T> the type of the values
 */
public interface Entities<T> {
  /**
   * Reads an entity. From memory, without a change of thread, if it lives on this node, or this
   * node has a copy of it.
   *
   * @throws NotDone.NotFound if it does not exist
   */
  Entity<T> get(String id);

  /**
   * Reads an entity, as fresh as {@code read} wants it.
   *
   * @throws NotDone.NotFound if it does not exist
   */
  Entity<T> get(String id, Read read);

  /** Replaces the value, or creates the entity with revision 0. */
  Entity<T> set(String id, T value);

  /**
   * Replaces the value if the entity is at {@code revision}; {@link Entity#ABSENT} creates it if it
   * does not exist.
   *
   * @throws NotDone.RevisionMismatch if it is at another one
   */
  Entity<T> setIf(String id, long revision, T value);

  /**
   * Applies a change at the entity's owner, exactly once, also when it is retried over a failover.
   *
   * @return the answer the change gave
   * @throws NotDone.NotFound if the entity does not exist
   * @throws NotDone.Rejected if the change refused
   */
  <R> @Nullable R change(String id, Change<T, R> change);

  /**
   * Deletes the entity. Its revision moves on, so that an entity created later under the same id is
   * never taken for it.
   *
   * @throws NotDone.NotFound if it does not exist
   */
  void delete(String id);

  /**
   * Lists entities in the order of their ids, straight from the database: a listing may be a moment
   * ahead of what {@link #get} answers, and is no snapshot.
   *
   * @param after only ids greater than this one; empty for the start
   * @param limit how many at most, 1 to 1,000
   */
  List<Entity<T>> list(String after, int limit);

  /**
   * Watches an entity, which need not exist: {@code shown} is told what it is now, and of each
   * change, as {@link Watching} has it. It is called by one thread at a time, on threads of
   * Holdfast that all watches of the node share: whoever has to wait for something hands over to an
   * executor of its own. If it throws, that is logged, and the watch goes on. An entity that is
   * watched stays in memory.
   *
   * @throws NotDone.InvalidId if there can be no such entity
   * @throws NotDone.Unavailable if the node has as many watches as it can have, or is closed
   */
  Watching watch(String id, Consumer<? super Watching.Seen<T>> shown);

  /**
   * Watches all entities whose ids begin with {@code prefix}: of each that exists, {@code shown} is
   * told what it is now; then of all that is changed, created and deleted. For up to 10,000
   * entities; else the watch ends. Entities that exist only by their type's initial value are shown
   * once they change, or are used. Otherwise as {@link #watch}.
   *
   * @param prefix empty for all entities of the type
   * @throws NotDone.InvalidId if no id begins like that
   * @throws NotDone.Unavailable if the node has as many watches as it can have, or is closed
   */
  Watching watchAll(String prefix, Consumer<? super Watching.Seen<T>> shown);

  /** The same entities under another {@link Call}: deadline and operation id. */
  Entities<T> with(Call call);

  /** The same entities, without blocking. */
  AsyncEntities<T> async();
}
