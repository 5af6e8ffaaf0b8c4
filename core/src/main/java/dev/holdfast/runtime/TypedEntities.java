package dev.holdfast.runtime;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Call;
import dev.holdfast.Change;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.Read;
import dev.holdfast.Watching;
import dev.holdfast.spi.EntityKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Entities as values of their class, blocking. Thread-safe. */
record TypedEntities<T>(TypedAsync<T> async) implements Entities<T> {
  @Override
  public Entity<T> get(String id) {
    Entity<T> here = async.local(id);
    return here != null ? here : read(async.get(id));
  }

  @Override
  public Entity<T> get(String id, Read read) {
    return read(async.get(id, read));
  }

  @Override
  public Entity<T> set(String id, T value) {
    return changed(named -> named.set(id, value));
  }

  @Override
  public Entity<T> setIf(String id, long revision, T value) {
    return changed(named -> named.setIf(id, revision, value));
  }

  @Override
  @SuppressWarnings("NullAway") // a change may answer null
  public <R> @Nullable R change(String id, Change<T, R> change) {
    return changed(named -> named.change(id, change));
  }

  @Override
  @SuppressWarnings("NullAway") // Void has no other value
  public void delete(String id) {
    changed(named -> named.delete(id));
  }

  @Override
  public List<Entity<T>> list(String after, int limit) {
    return read(async.list(after, limit));
  }

  @Override
  public Watching watch(String id, Consumer<? super Watching.Seen<T>> shown) {
    EntityKey key = new EntityKey(async.type().name(), Ids.checked(id));
    Showing<T> showing = new Showing<>(async.asking(), async.type(), shown);
    return showing.of(news -> async.asking().watches().open(key, null, news));
  }

  @Override
  public Watching watchAll(String prefix, Consumer<? super Watching.Seen<T>> shown) {
    Showing<T> showing = new Showing<>(async.asking(), async.type(), shown);
    return showing.of(news -> async.asking().watches().openAll(async.type().name(), prefix, news));
  }

  @Override
  public Entities<T> with(Call call) {
    return new TypedEntities<>(new TypedAsync<>(async.type(), async.asking(), async.reads(), call));
  }

  private <R> R read(CompletableFuture<R> future) {
    try {
      return await(future);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotDone.Unavailable("interrupted", Duration.ZERO);
    }
  }

  /** Names the operation first, so that an interrupted caller can be told what to ask for again. */
  private <R> R changed(
      java.util.function.Function<AsyncEntities<T>, CompletableFuture<R>> sending) {
    Call named = async.asking().named(async.call());
    TypedAsync<T> entities = new TypedAsync<>(async.type(), async.asking(), async.reads(), named);
    try {
      return await(sending.apply(entities));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknown(
          "interrupted while the change was under way", Objects.requireNonNull(named.operation()));
    }
  }

  private static <R> R await(CompletableFuture<R> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      if (cause instanceof HoldfastException known) {
        known.addSuppressed(new CallSite());
        throw known;
      }
      throw new IllegalStateException(cause);
    }
  }

  /**
   * Shows in a stack trace where the call was made; the exception itself comes from another thread.
   */
  private static final class CallSite extends Exception {
    private static final long serialVersionUID = 1;

    CallSite() {
      super("called from here");
    }
  }
}
