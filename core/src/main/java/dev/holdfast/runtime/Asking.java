package dev.holdfast.runtime;

import dev.holdfast.Call;
import dev.holdfast.EntityType;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Codec;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests about entities of one type, after checking all that can be checked here.
 *
 * @param executor for what blocks
 * @param obstacle why this node cannot send now; empty if it can
 */
record Asking(
    TypeRules<?> rules,
    Codec codec,
    int largestValue,
    Calls calls,
    OperationNames names,
    StoredReads storedReads,
    Store store,
    Executor executor,
    Watches watches,
    Supplier<String> obstacle) {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int LONGEST_LIST = 1_000;

  EntityType<?> type() {
    return rules.type();
  }

  /** The call, with a name for the change it makes. */
  Call named(Call call) {
    return call.operation() == null ? new Call(call.deadline(), names.next()) : call;
  }

  /** Asks the owner; {@code kind} is one that reads. */
  CompletableFuture<Answer.Done> get(Kind kind, String id, Call call) {
    return send(new Request(kind, key(id), "", "", "", Request.ANY, 0), call);
  }

  /** Asks the database; fails with {@link NotDone.NotFound} if there is no such entity. */
  CompletableFuture<Row> stored(String id, Read read, Call call) {
    EntityKey key = key(id);
    checkObstacle();
    CompletableFuture<Row> result = new CompletableFuture<>();
    LongAdder count = calls.reads().of(ReadCounts.From.DATABASE, read);
    storedReads.read(key, (found, failure) -> {
      if (failure != null) {
        result.completeExceptionally(unavailable(failure.getMessage()));
      } else {
        count.increment();
        stored(key, found, result);
      }
    });
    return within(result, call);
  }

  private void stored(EntityKey key, Optional<StoredEntity> found, CompletableFuture<Row> result) {
    try {
      Row row = rules.row(key.id(), found);
      if (row.exists()) {
        result.complete(row);
      } else {
        result.completeExceptionally(new NotDone.NotFound(key + " does not exist"));
      }
    } catch (RuntimeException e) { // of the codec, or of the type's own initial value
      result.completeExceptionally(new NotDone.Unavailable(
          "the stored value of " + key + " does not fit its type: " + e.getMessage(), RETRY_AFTER));
    }
  }

  CompletableFuture<Answer.Done> write(
      Kind kind, String id, String name, String json, long expected, Call call) {
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > largestValue) {
      throw new NotDone.TooLarge("the value has " + bytes + " bytes; the limit is " + largestValue);
    }
    String operation = Objects.requireNonNull(named(call).operation());
    return send(new Request(kind, key(id), operation, name, json, expected, 0), call);
  }

  private CompletableFuture<Answer.Done> send(Request request, Call call) {
    checkObstacle();
    return calls.ask(request, call.deadline());
  }

  private void checkObstacle() {
    String why = obstacle.get();
    if (!why.isEmpty()) {
      throw new NotDone.Unavailable(why, RETRY_AFTER);
    }
  }

  CompletableFuture<List<StoredEntity>> list(String after, int limit, Call call) {
    if (limit < 1 || limit > LONGEST_LIST) {
      throw new NotDone.InvalidValue("a limit is 1 to " + LONGEST_LIST + ", not " + limit);
    }
    checkObstacle();
    CompletableFuture<List<StoredEntity>> result = new CompletableFuture<>();
    try {
      executor.execute(() -> list(after, limit, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(unavailable("this node is closed"));
    }
    return within(result, call);
  }

  private static <R> CompletableFuture<R> within(CompletableFuture<R> result, Call call) {
    long millis = call.deadline().toMillis();
    return result.orTimeout(millis, TimeUnit.MILLISECONDS).exceptionallyCompose(failure -> {
      boolean late = failure instanceof TimeoutException;
      return CompletableFuture.failedFuture(
          late ? unavailable("no answer within " + millis + " ms") : failure);
    });
  }

  private void list(String after, int limit, CompletableFuture<List<StoredEntity>> result) {
    try {
      result.complete(store.list(type().name(), after, limit));
    } catch (RuntimeException e) {
      result.completeExceptionally(unavailable(e.getMessage()));
    }
  }

  private static NotDone unavailable(@Nullable String why) {
    return new NotDone.Unavailable("the database does not answer: " + why, RETRY_AFTER);
  }

  private EntityKey key(String id) {
    return new EntityKey(type().name(), Ids.checked(id));
  }

  /** Runs what may throw at once, so that callers of futures find every failure in the future. */
  static <R> CompletableFuture<R> attempt(Supplier<CompletableFuture<R>> sending) {
    try {
      return sending.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
