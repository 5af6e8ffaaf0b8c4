package dev.holdfast;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@link Entities} without blocking. A future fails with a {@link HoldfastException}. Futures are
 * completed on Holdfast's own threads: do not block in what you attach to them. Thread-safe.
 *
 * @param <T> the type of the values
 */
public interface AsyncEntities<T> {
  /** See {@link Entities#get(String)}. */
  CompletableFuture<Entity<T>> get(String id);

  /** See {@link Entities#get(String, Read)}. */
  CompletableFuture<Entity<T>> get(String id, Read read);

  /** See {@link Entities#set}. */
  CompletableFuture<Entity<T>> set(String id, T value);

  /** See {@link Entities#setIf}. */
  CompletableFuture<Entity<T>> setIf(String id, long revision, T value);

  /** See {@link Entities#change}; completes with null if the change answered nothing. */
  <R> CompletableFuture<R> change(String id, Change<T, R> change);

  /** See {@link Entities#delete}. */
  CompletableFuture<Void> delete(String id);

  /** See {@link Entities#list}. */
  CompletableFuture<List<Entity<T>>> list(String after, int limit);
}
