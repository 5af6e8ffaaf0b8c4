package dev.holdfast.verify.peers;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Asks each entity all the time, and notes for how long one of them gave no answer. Thread-safe.
 */
final class Silences implements AutoCloseable {
  /** From an answer to the next question: a shorter silence is not seen. */
  static final long PAUSE_MILLIS = 40;

  /** Then it is asked again: a message that was lost is never answered. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** What is known of one entity. */
  private final class Asked {
    private final String id;
    private long number;
    private boolean waits;
    private long begunNanos;
    private long answeredNanos = System.nanoTime();
    private long newestAnsweredNanos = answeredNanos;
    private long longestNanos;

    Asked(String id) {
      this.id = id;
    }

    void ask() {
      long asked;
      long begun;
      synchronized (this) {
        begun = System.nanoTime();
        if (waits && begun - begunNanos < PATIENCE_NANOS) {
          return;
        }
        waits = true;
        begunNanos = begun;
        asked = ++number;
      }
      var unused = call().whenComplete((done, failure) -> answered(asked, begun, failure == null));
    }

    private CompletableFuture<?> call() {
      try {
        return calls.apply(id);
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private synchronized void answered(long asked, long begun, boolean well) {
      if (asked == number) {
        waits = false;
      }
      if (well) {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - answeredNanos);
        answeredNanos = now;
        newestAnsweredNanos = Math.max(newestAnsweredNanos, begun);
      } else {
        failed.incrementAndGet();
      }
    }

    synchronized void forget() {
      longestNanos = 0;
    }

    synchronized boolean hasAnsweredSince(long nanos) {
      return newestAnsweredNanos - nanos > 0;
    }

    synchronized long longestNanos() {
      return Math.max(longestNanos, System.nanoTime() - answeredNanos);
    }
  }

  private final Function<String, CompletableFuture<?>> calls;
  private final List<Asked> all;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong failed = new AtomicLong();

  /** Begins to ask. */
  Silences(List<String> ids, Function<String, CompletableFuture<?>> calls) {
    this.calls = calls;
    this.all = ids.stream().map(Asked::new).toList();
    var unused = clock.scheduleAtFixedRate(
        () -> all.forEach(Asked::ask), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What was before does not count. */
  void begin() {
    all.forEach(Asked::forget);
    failed.set(0);
  }

  /** Whether each entity has answered what it was asked after that moment. */
  boolean allHaveAnsweredSince(long nanos) {
    return all.stream().allMatch(one -> one.hasAnsweredSince(nanos));
  }

  /** The longest from one answer of an entity to its next, or to now. */
  long longestNanos() {
    return all.stream().mapToLong(Asked::longestNanos).max().orElseThrow();
  }

  /** Questions to which the answer was that there is none. */
  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
