package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has entities let go of what only changes need, when nobody has wanted to change them for one to
 * two minutes. It knows those that somebody has wanted to change, as long as they are here and do
 * not rest; none that was only read. Thread-safe.
 */
final class Resting {
  private static final Logger LOG = LoggerFactory.getLogger(Resting.class);

  /** Longer than requests are sent again, so that what they are told by is still there. */
  private static final long REST_NANOS = Duration.ofMinutes(1).toNanos();

  private static final long TICK_MILLIS = 200;

  /** How many are looked at in one tick, since those that rest take a few microseconds each. */
  private static final int TOGETHER = 1_000;

  /** If there are very many, this part of them instead: a million in about a minute. */
  private static final int PART = 100;

  /** An entity that does not rest. Confined to its mailbox. */
  final class Busy {
    private final Consumer<Runnable> mailbox;
    private final BooleanSupplier atWork;
    private final Runnable rest;
    private boolean changed;
    private boolean over;

    /** Guarded by the {@link Resting}. */
    private long sinceNanos;

    private Busy(Consumer<Runnable> mailbox, BooleanSupplier atWork, Runnable rest) {
      this.mailbox = mailbox;
      this.atWork = atWork;
      this.rest = rest;
    }

    /** Somebody has wanted a change, or one has come to be seen. */
    void changed() {
      changed = true;
    }

    /** The entity is not here any more. */
    void left() {
      over = true;
      remove(this);
    }

    private void look() {
      if (over) {
        return;
      }
      if (changed || atWork.getAsBoolean()) {
        changed = false;
        add(this);
      } else {
        over = true;
        rest.run();
      }
    }
  }

  private final Ticker ticker;

  /** Those that have been so for the longest time first. Guarded by this. */
  private final Set<Busy> busy = new LinkedHashSet<>();

  private Resting(Ticker ticker) {
    this.ticker = ticker;
  }

  /** One that does it until the threads are shut down. */
  static Resting begun(Ticker ticker, ScheduledExecutorService threads) {
    Resting resting = new Resting(ticker);
    var unused = threads.scheduleWithFixedDelay(
        resting::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return resting;
  }

  /**
   * Somebody wants to change an entity that rests.
   *
   * @param mailbox runs what has to do with the entity
   * @param atWork whether a change may be under way; called in its mailbox
   * @param rest lets go; called in its mailbox, once
   */
  Busy busy(Consumer<Runnable> mailbox, BooleanSupplier atWork, Runnable rest) {
    Busy entity = new Busy(mailbox, atWork, rest);
    add(entity);
    return entity;
  }

  private synchronized void add(Busy entity) {
    entity.sinceNanos = ticker.nanos();
    busy.add(entity);
  }

  private synchronized void remove(Busy entity) {
    busy.remove(entity);
  }

  private void tick() {
    for (Busy entity : due()) {
      try {
        entity.mailbox.accept(entity::look);
      } catch (RuntimeException e) { // of the engine, which may be about to end
        LOG.debug("an entity does not rest", e);
      }
    }
  }

  private synchronized List<Busy> due() {
    long now = ticker.nanos();
    int most = Math.max(TOGETHER, busy.size() / PART);
    List<Busy> due = new ArrayList<>();
    for (Busy oldest : busy) {
      if (due.size() == most || now - oldest.sinceNanos < REST_NANOS) {
        break;
      }
      due.add(oldest);
    }
    due.forEach(busy::remove);
    return due;
  }

  /** How many do not rest. */
  synchronized int size() {
    return busy.size();
  }
}
