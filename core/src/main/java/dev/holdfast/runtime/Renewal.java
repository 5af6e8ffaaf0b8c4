package dev.holdfast.runtime;

import dev.holdfast.protocol.ClockWatch;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the node lease, six times within its time to live, on the database's renewal connection
 * and in a thread of its own at the highest priority: nothing else a node does can starve it. May
 * be told by any thread to do so {@link #soon}.
 */
final class Renewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  /** The margin of a lease, which is what a clock that stood still may take. */
  private static final long CLOCKS_DIFFER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Arbiter arbiter;
  private final long epoch;
  private final String uuid;
  private final LeaseGuard lease;
  private final Ticker ticker;
  private final Ticker otherClock;
  private final ClockWatch clocks = new ClockWatch(CLOCKS_DIFFER_NANOS);
  private final Supplier<Set<Long>> unreachable;
  private final Runnable onDeath;
  private final NodeMeters meters;
  private final long everyMillis;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean failing;

  /**
   * A renewal that has not begun.
   *
   * @param otherClock goes on while the machine is suspended, if there is such a clock
   * @param onDeath is told when the lease cannot be renewed any more
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint is all that is wanted
  Renewal(
      Arbiter arbiter,
      long epoch,
      String uuid,
      LeaseGuard lease,
      Ticker ticker,
      Ticker otherClock,
      Duration ttl,
      Threads threads,
      Supplier<Set<Long>> unreachable,
      Runnable onDeath,
      NodeMeters meters) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.uuid = uuid;
    this.lease = lease;
    this.ticker = ticker;
    this.otherClock = otherClock;
    this.unreachable = unreachable;
    this.onDeath = onDeath;
    this.meters = meters;
    this.everyMillis = ttl.toMillis() / 6;
    this.thread = threads.named("renewal", this::run);
    thread.setPriority(Thread.MAX_PRIORITY);
  }

  /** Renews once, on the caller's thread, then keeps renewing. */
  void start() {
    renew();
    thread.start();
  }

  /** Renews at once, if it has begun to: the row has something new to say. */
  void soon() {
    wake.release();
  }

  /** Whether the latest renewal has failed. */
  boolean failing() {
    return failing;
  }

  private void run() {
    try {
      while (!closed && !lease.dead()) {
        if (wake.tryAcquire(everyMillis, TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
        if (!closed && !lease.dead()) {
          renew();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("renewal ends", e);
    }
  }

  private void renew() {
    dropIfClockStoodStill();
    long sent = ticker.nanos();
    try {
      if (arbiter.renew(epoch, uuid, unreachable.get())) {
        lease.renewed(sent);
      } else {
        onDeath.run();
      }
      if (failing) {
        LOG.info("the node lease is renewed again");
      }
      failing = false;
      meters.renewed(true, ticker.nanos() - sent);
    } catch (RuntimeException e) { // whatever it is: this thread must go on
      if (!failing) {
        LOG.warn("the node lease cannot be renewed: {}", e.getMessage());
      }
      failing = true;
      meters.renewed(false, ticker.nanos() - sent);
    }
  }

  private void dropIfClockStoodStill() {
    if (clocks.stoodStill(ticker.nanos(), otherClock.nanos())) {
      lease.dropped();
      LOG.warn("the machine's monotonic clock stood still; the node lease is taken anew");
    }
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    try {
      thread.join(everyMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
