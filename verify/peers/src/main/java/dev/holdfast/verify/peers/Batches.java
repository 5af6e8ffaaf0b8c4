package dev.holdfast.verify.peers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A given number of calls, each made once, with a fixed number under way at any moment. Stateless.
 */
final class Batches {
  private Batches() {}

  /** How long each took, and all of them. */
  record Took(Histogram nanos, long allNanos) {
    double perSecond() {
      return nanos.getTotalCount() * 1e9 / allNanos;
    }
  }

  /** Makes the calls 0 to {@code count - 1}, and fails if one of them does. */
  static Took run(int count, int underWay, IntFunction<? extends CompletionStage<?>> calls) {
    Histogram nanos = new ConcurrentHistogram(Clients.LONGEST_NANOS, 2);
    Semaphore free = new Semaphore(underWay);
    CompletableFuture<Boolean> failed = new CompletableFuture<>();
    long begin = System.nanoTime();
    for (int i = 0; i < count && !failed.isDone(); i++) {
      acquire(free, 1);
      long sent = System.nanoTime();
      var unused = calls.apply(i).whenComplete((done, failure) -> {
        nanos.recordValue(Math.min(Clients.LONGEST_NANOS, System.nanoTime() - sent));
        if (failure != null) {
          failed.completeExceptionally(failure);
        }
        free.release();
      });
    }
    acquire(free, underWay);
    long took = System.nanoTime() - begin;
    failed.complete(true);
    boolean unused = failed.join();
    return new Took(nanos, took);
  }

  /** Fails when a call is never answered. */
  static void acquire(Semaphore free, int count) {
    try {
      if (!free.tryAcquire(count, Clients.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "calls were not answered within " + Clients.PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
