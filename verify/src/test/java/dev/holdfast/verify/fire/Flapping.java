package dev.holdfast.verify.fire;

import dev.holdfast.verify.Cut;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A link that is cut and mended all the time, until it is closed. Used by one thread. */
final class Flapping implements AutoCloseable {
  private final long periodMillis;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch mended = new CountDownLatch(1);

  /** @param periodMillis for how long it is cut, and then for how long it is not */
  Flapping(long periodMillis) {
    this.periodMillis = periodMillis;
  }

  /** Begins. */
  Flapping start(Supplier<Cut> cutting) {
    Thread thread = new Thread(() -> flap(cutting), "flapping");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void flap(Supplier<Cut> cutting) {
    try {
      boolean over = false;
      while (!over) {
        Cut cut = cutting.get();
        try {
          over = ended.await(periodMillis, TimeUnit.MILLISECONDS);
        } finally {
          cut.close();
        }
        over |= ended.await(over ? 0 : periodMillis, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      mended.countDown();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      mended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
