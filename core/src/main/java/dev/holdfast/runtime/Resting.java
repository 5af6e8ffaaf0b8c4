package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has entities let go of what only changes need, when nobody has wanted to change them for one to
 * two minutes. Each of them is here at most once, and none that was only read. Thread-safe.
 */
final class Resting {
  /** An entity that somebody wanted to change. */
  interface Busy {
    /** Whether somebody has wanted that again since this was last asked. */
    boolean again();

    /** To be called if nobody has. It may be busy again by then. */
    void rest();
  }

  /** Longer than requests are sent again, so that what they are told by is still there. */
  private static final long REST_NANOS = Duration.ofMinutes(1).toNanos();

  private static final long TICK_MILLIS = 200;

  /** How many are looked at in one tick, since what they do then takes a few microseconds. */
  private static final int TOGETHER = 1_000;

  private record Entry(Busy entity, long sinceNanos) {}

  private final Ticker ticker;
  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();

  Resting(Ticker ticker) {
    this.ticker = ticker;
  }

  /** One that does it until the threads are shut down. */
  static Resting begun(Ticker ticker, ScheduledExecutorService threads) {
    Resting resting = new Resting(ticker);
    var unused = threads.scheduleWithFixedDelay(
        resting::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return resting;
  }

  /** The entity is busy from now on, and was not before. */
  void add(Busy entity) {
    entries.add(new Entry(entity, ticker.nanos()));
  }

  /** To be called by one thread. */
  void tick() {
    long now = ticker.nanos();
    for (int i = 0; i < TOGETHER; i++) {
      Entry oldest = entries.peek();
      if (oldest == null || now - oldest.sinceNanos < REST_NANOS) {
        return;
      }
      entries.remove();
      if (oldest.entity.again()) {
        add(oldest.entity);
      } else {
        oldest.entity.rest();
      }
    }
  }

  /** How many entities are busy. */
  int size() {
    return entries.size();
  }
}
