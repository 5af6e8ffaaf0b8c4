package dev.holdfast.verify;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets time pass, in programs whose matter is what happens meanwhile. Stateless. */
public final class Rest {
  private Rest() {}

  /** Returns after that time. */
  public static void nanos(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Returns after that time. */
  public static void millis(long millis) {
    nanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
