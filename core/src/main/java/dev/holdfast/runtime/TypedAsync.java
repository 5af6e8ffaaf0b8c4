package dev.holdfast.runtime;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Call;
import dev.holdfast.Change;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Codec.CodecException;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.StoredEntity;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Entities as values of their class, without blocking. Thread-safe. */
record TypedAsync<T>(EntityType<T> type, Asking asking, LocalReads reads, Call call)
    implements AsyncEntities<T> {
  @Override
  public CompletableFuture<Entity<T>> get(String id) {
    return get(id, Read.linearizable());
  }

  @Override
  public CompletableFuture<Entity<T>> get(String id, Read read) {
    return Asking.attempt(() -> {
      Entity<T> here = local(id, read);
      if (here != null) {
        return CompletableFuture.completedFuture(here);
      }
      return read instanceof Read.AtMostStale || read instanceof Read.Any
          ? asking.stored(id, read, call).thenApply(row -> entity(id, row))
          : asking
              .get(read instanceof Read.Confirmed ? Kind.CONFIRM : Kind.GET, id, call)
              .thenApply(done -> entity(id, done, decoded(done.json())));
    });
  }

  private Entity<T> entity(String id, Row row) {
    T value = type.valueClass().cast(Objects.requireNonNull(row.value()));
    return new Entity<>(type.name(), id, value, row.revision(), "", Entity.Source.DATABASE);
  }

  /** The entity if it lives here; null if its owner has to be asked. */
  @SuppressWarnings("unchecked") // what is shown under this type's name is of this type
  @Nullable Entity<T> local(String id) {
    return (Entity<T>) reads.get(type.name(), id);
  }

  @SuppressWarnings("unchecked") // as above
  private @Nullable Entity<T> local(String id, Read read) {
    return (Entity<T>) reads.get(type.name(), id, read);
  }

  @Override
  public CompletableFuture<Entity<T>> set(String id, T value) {
    return set(id, Request.ANY, value);
  }

  @Override
  public CompletableFuture<Entity<T>> setIf(String id, long revision, T value) {
    return set(id, revision, value);
  }

  private CompletableFuture<Entity<T>> set(String id, long expected, T value) {
    return Asking.attempt(() -> asking
        .write(Kind.SET, id, "", encoded(value), expected, call)
        .thenApply(done -> entity(id, done, value)));
  }

  @Override
  public <R> CompletableFuture<R> change(String id, Change<T, R> change) {
    return Asking.attempt(() -> {
      EntityType.Accepted<T> accepted = accepted(change);
      return asking
          .write(Kind.CHANGE, id, accepted.name(), encoded(change), Request.ANY, call)
          .thenApply(done -> this.<R>reply(done, accepted.replyType()));
    });
  }

  // The reply's type is the change's R, and it may be null.
  @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
  private <R> R reply(Answer.Done done, Type replyType) {
    return done.json() == null ? null : (R) asking.codec().decode(done.json(), replyType);
  }

  private EntityType.Accepted<T> accepted(Change<T, ?> change) {
    return type.changes().values().stream()
        .filter(accepted -> accepted.changeClass() == change.getClass())
        .findFirst()
        .orElseThrow(() -> new NotDone.UnknownChange(type + " does not accept "
            + change.getClass().getSimpleName() + "; register it with accepting()"));
  }

  @Override
  public CompletableFuture<Void> delete(String id) {
    return Asking.attempt(
        () -> asking.write(Kind.DELETE, id, "", "", Request.ANY, call).thenAccept(done -> {}));
  }

  @Override
  public CompletableFuture<List<Entity<T>>> list(String after, int limit) {
    return Asking.attempt(() -> asking
        .list(after, limit, call)
        .thenApply(rows -> rows.stream().map(this::entity).toList()));
  }

  private Entity<T> entity(StoredEntity row) {
    return new Entity<>(
        type.name(),
        row.key().id(),
        decoded(row.json()),
        row.revision(),
        row.owner(),
        Entity.Source.DATABASE);
  }

  private Entity<T> entity(String id, Answer.Done done, T value) {
    return new Entity<>(type.name(), id, value, done.revision(), done.owner());
  }

  private String encoded(Object value) {
    try {
      return asking.codec().encode(value);
    } catch (CodecException e) {
      throw new NotDone.InvalidValue("" + e.getMessage());
    }
  }

  private T decoded(@Nullable String json) {
    try {
      T value = json == null
          ? null
          : type.valueClass().cast(asking.codec().decode(json, type.valueClass()));
      if (value != null) {
        return value;
      }
    } catch (CodecException e) {
      throw new NotDone.InvalidValue("the value does not fit " + type + ": " + e.getMessage());
    }
    throw new NotDone.InvalidValue("the value of this " + type + " is null");
  }
}
