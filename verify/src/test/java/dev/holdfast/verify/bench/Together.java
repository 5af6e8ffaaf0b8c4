package dev.holdfast.verify.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/**
 * Sends many calls with a fixed number under way at any moment, so that what is measured is work
 * and not the time it takes to wake a thread. Stateless.
 */
final class Together {
  private Together() {}

  /**
   * Makes the calls 0 to {@code count - 1}, and fails if one of them does.
   *
   * @return how long each took, in nanoseconds
   */
  static long[] call(int count, int underWay, IntFunction<? extends CompletionStage<?>> calls) {
    long[] nanos = new long[count];
    Semaphore free = new Semaphore(underWay);
    CompletableFuture<Boolean> failed = new CompletableFuture<>();
    for (int i = 0; i < count; i++) {
      int call = i;
      free.acquireUninterruptibly();
      long sent = System.nanoTime();
      var unused = calls.apply(call).whenComplete((done, failure) -> {
        nanos[call] = System.nanoTime() - sent;
        if (failure != null) {
          failed.completeExceptionally(failure);
        }
        free.release();
      });
    }
    free.acquireUninterruptibly(underWay);
    failed.complete(true);
    boolean unused = failed.join();
    return nanos;
  }
}
