package dev.holdfast;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one type, spoken to in JSON text: what gateways such as the HTTP API need. Values
 * in {@link Entity} are JSON text here. Otherwise as {@link AsyncEntities}. Thread-safe.
 */
public interface JsonEntities {
  /** Reads an entity, as fresh as {@code read} wants it. */
  CompletableFuture<Entity<String>> get(String id, Read read, Call call);

  /**
   * Replaces the value or creates the entity. If the type has a main field, a bare string, number
   * or boolean assigns that field and leaves the others as they are.
   *
   * @param expected the revision the entity must have, {@link Entity#ABSENT} if it must not exist,
   *     null if any will do
   */
  CompletableFuture<Entity<String>> set(String id, String json, @Nullable Long expected, Call call);

  /** Applies an RFC 7396 merge patch. */
  CompletableFuture<Entity<String>> patch(
      String id, String patch, @Nullable Long expected, Call call);

  /**
   * Applies the change registered as {@code name}; the answer's value is what the change answered.
   */
  CompletableFuture<Entity<String>> change(String id, String name, String json, Call call);

  /** Deletes the entity; the answer's value is the JSON text {@code null}. */
  CompletableFuture<Entity<String>> delete(String id, @Nullable Long expected, Call call);

  /**
   * Watches an entity; see {@link Entities#watch}.
   *
   * @param after show only what is newer than this revision; null for all
   * @param news runs whenever there may be something to take, on a thread that must not be held up
   */
  Watching.Pull watch(String id, @Nullable Long after, Runnable news);

  /** Watches all entities whose ids begin alike; see {@link Entities#watchAll}. */
  Watching.Pull watchAll(String prefix, Runnable news);

  /** Lists from the database; see {@link Entities#list}. */
  CompletableFuture<List<Entity<String>>> list(String after, int limit, Call call);
}
