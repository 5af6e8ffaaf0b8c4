package dev.holdfast.jdbc;

import java.time.Duration;

/**
 * How long to wait for a database before giving up. All but {@link #opening} are well within the
 * lease's time to live, so that a node learns of trouble before its lease ends.
 *
 * @param statement for a statement, lock waits included
 * @param renewal for a renewal: short, so that another can be tried while the lease lasts
 * @param connect for a connection
 * @param opening for the first connection, and for each statement that makes or checks the tables
 */
record Limits(Duration statement, Duration renewal, Duration connect, Duration opening) {
  private static final Duration LEAST = Duration.ofMillis(250);
  private static final Duration OPENING = Duration.ofSeconds(10);

  static Limits of(Duration leaseTtl) {
    return new Limits(
        atLeast(leaseTtl.dividedBy(2)),
        atLeast(leaseTtl.dividedBy(4)),
        atLeast(leaseTtl.dividedBy(3)),
        OPENING);
  }

  /** Whole seconds, rounded up, for drivers that know nothing finer. */
  static int seconds(Duration duration) {
    return (int) Math.max(1, (duration.toMillis() + 999) / 1000);
  }

  private static Duration atLeast(Duration duration) {
    return duration.compareTo(LEAST) < 0 ? LEAST : duration;
  }
}
