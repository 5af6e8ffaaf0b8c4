package dev.holdfast.runtime;

import dev.holdfast.protocol.HeartbeatWatch;
import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the node rows: fences nodes that are proven dead or have fallen silent, and tells
 * {@code onRows} how things stand. While the database does not answer it does nothing.
 */
final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final Arbiter arbiter;
  private final long epoch;
  private final HeartbeatWatch heartbeats;
  private final Ticker ticker;
  private final BooleanSupplier renewing;
  private final Consumer<List<NodeRow>> onRows;
  private final long everyMillis;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * A watch that has not begun.
   *
   * @param renewing whether this node's own renewals succeed
   * @param onRows gets the rows as they are after what was fenced; called by one thread
   */
  Watch(
      Arbiter arbiter,
      long epoch,
      LeaseTerms terms,
      Ticker ticker,
      Duration every,
      Threads threads,
      BooleanSupplier renewing,
      Consumer<List<NodeRow>> onRows) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.heartbeats = new HeartbeatWatch(terms);
    this.ticker = ticker;
    this.renewing = renewing;
    this.onRows = onRows;
    this.everyMillis = every.toMillis();
    this.thread = threads.named("watch", this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(everyMillis, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.debug("watch ends", e);
    }
  }

  private void look() {
    try {
      if (!renewing.getAsBoolean()) {
        heartbeats.interrupted();
      }
      List<NodeRow> rows = arbiter.nodes();
      boolean fenced = fence(rows, ticker.nanos());
      onRows.accept(fenced ? arbiter.nodes() : rows);
    } catch (DatabaseException e) {
      heartbeats.interrupted();
      LOG.debug("nodes cannot be watched: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the watch over the nodes failed", e);
    }
  }

  private boolean fence(List<NodeRow> rows, long now) {
    List<NodeRow> others =
        rows.stream().filter(row -> row.epoch() != epoch && row.state().live()).toList();
    boolean fenced = false;
    for (NodeRow other : others) {
      if (arbiter.provenDead(other) && arbiter.fenceDead(other.epoch(), epoch)) {
        LOG.info("fenced node {} (epoch {}): its process has ended", other.name(), other.epoch());
        fenced = true;
      }
    }
    List<Heartbeat> counters =
        others.stream().map(row -> new Heartbeat(row.epoch(), row.heartbeat())).toList();
    for (Heartbeat silent : heartbeats.observe(now, counters)) {
      if (arbiter.fence(silent.epoch(), silent.counter(), epoch)) {
        LOG.info("fenced epoch {}: its heartbeat stood still", silent.epoch());
        fenced = true;
      }
    }
    return fenced;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
