package dev.holdfast.runtime;

import java.time.Duration;

/**
 * How long a node waits before it lives again: not at all after a life that served for long, then
 * longer and longer, so that a node which cannot last does not disturb the others without end.
 * Confined to one thread.
 */
final class RestartPace {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration FIRST_AFTER_EVICTION = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Who has served for this long starts afresh. */
  private static final Duration STEADY = Duration.ofSeconds(60);

  private int shortLives;

  /**
   * The pause before the next life.
   *
   * @param servedNanos for how long the last one served
   * @param evicted whether it was told to go
   */
  Duration after(long servedNanos, boolean evicted) {
    boolean steady = servedNanos >= STEADY.toNanos();
    shortLives = steady ? 0 : shortLives + 1;
    if (shortLives <= 1 && !evicted) {
      return Duration.ZERO;
    }
    Duration first = evicted ? FIRST_AFTER_EVICTION : FIRST;
    Duration pause = first.multipliedBy(1L << Math.min(Math.max(0, shortLives - 1), 16));
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }
}
