package dev.holdfast.verify.peers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets time pass until something is so. Stateless. */
final class Waiting {
  private static final long PACE_NANOS = 20_000_000;

  private Waiting() {}

  /** Fails when it takes too long. */
  static void until(String what, Duration patience, BooleanSupplier so) {
    long until = System.nanoTime() + patience.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException(
            "this takes more than " + patience.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }
}
