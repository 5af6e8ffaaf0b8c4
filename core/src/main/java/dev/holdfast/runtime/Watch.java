package dev.holdfast.runtime;

import dev.holdfast.protocol.HeartbeatWatch;
import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the node rows: fences nodes that are proven dead or have fallen silent, and tells its
 * listener how things stand. While the database does not answer it does nothing.
 */
final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  /** Is told what the watch sees, by one thread. */
  interface Listener {
    /**
     * The rows were read.
     *
     * @param rows as they are after what was fenced
     * @param renewing whether this node's own renewals succeed
     */
    void seen(List<NodeRow> rows, boolean renewing);

    /** The rows could not be read. */
    void blind();

    /** Whether the engine cannot reach that node. */
    boolean cutFrom(NodeRow node);
  }

  private final Arbiter arbiter;
  private final long epoch;
  private final HeartbeatWatch heartbeats = new HeartbeatWatch();
  private final Ticker ticker;
  private final BooleanSupplier renewing;
  private final Listener listener;
  private final NodeMeters meters;
  private final long outlastNanos;
  private final long everyNanos;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private Set<Long> liveBefore = Set.of();

  /**
   * A watch that has not begun.
   *
   * @param outlastNanos how long copies may outlast the owner that granted them
   * @param renewing whether this node's own renewals succeed
   */
  Watch(
      Arbiter arbiter,
      long epoch,
      Ticker ticker,
      Duration every,
      long outlastNanos,
      Threads threads,
      BooleanSupplier renewing,
      Listener listener,
      NodeMeters meters) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.ticker = ticker;
    this.renewing = renewing;
    this.listener = listener;
    this.meters = meters;
    this.outlastNanos = outlastNanos;
    this.everyNanos = every.toNanos();
    this.thread = threads.named("watch", this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(pauseNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      LOG.debug("watch ends", e);
    }
  }

  private long pauseNanos() {
    return Math.min(everyNanos, heartbeats.nanosUntilSilent(ticker.nanos()));
  }

  /** One round; the watch's thread does it again and again. */
  void look() {
    try {
      boolean renews = renewing.getAsBoolean();
      if (!renews) {
        heartbeats.interrupted();
      }
      List<NodeRow> rows = arbiter.nodes();
      long now = ticker.nanos();
      countFences(rows, now);
      boolean tried = fence(rows, now);
      listener.seen(tried ? arbiter.nodes() : rows, renews);
    } catch (DatabaseException e) {
      heartbeats.interrupted();
      listener.blind();
      LOG.debug("nodes cannot be watched: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the watch over the nodes failed", e);
    }
  }

  private void countFences(List<NodeRow> rows, long now) {
    long fenced = rows.stream()
        .filter(row -> row.state() == NodeRow.State.FENCED && liveBefore.contains(row.epoch()))
        .count();
    if (fenced > 0) {
      heartbeats.fenced(now);
      meters.fencedElsewhere(fenced);
    }
    liveBefore = rows.stream()
        .filter(row -> row.state().live())
        .map(NodeRow::epoch)
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Whether anybody was to be fenced; another node may have been faster. */
  private boolean fence(List<NodeRow> rows, long now) {
    Map<Long, NodeRow> others = rows.stream()
        .filter(row -> row.epoch() != epoch && row.state().live())
        .collect(Collectors.toMap(NodeRow::epoch, Function.identity()));
    boolean tried = false;
    for (NodeRow other : others.values()) {
      if (arbiter.provenDead(other)
          && heartbeats.mayFenceDead(ticker.nanos(), other.epoch(), outlastNanos)) {
        fenceDead(other);
        tried = true;
      }
    }
    for (Heartbeat silent : heartbeats.observe(now, heartbeats(others))) {
      NodeRow row = others.get(silent.epoch());
      tried |= row != null && fenceSilent(row, silent, now);
    }
    return tried;
  }

  private void fenceDead(NodeRow other) {
    if (arbiter.fenceDead(other.epoch(), epoch)) {
      LOG.info("fenced node {} (epoch {}): its process has ended", other.name(), other.epoch());
      liveBefore.remove(other.epoch());
      meters.fencedHere();
    }
  }

  private static List<Heartbeat> heartbeats(Map<Long, NodeRow> rows) {
    return rows.values().stream()
        .map(row -> new Heartbeat(row.epoch(), row.heartbeat(), row.leaseTtl().toNanos()))
        .toList();
  }

  private boolean fenceSilent(NodeRow row, Heartbeat silent, long now) {
    boolean told = row.state() == NodeRow.State.EVICTING;
    boolean mayFence = heartbeats.mayFence(now, silent, told)
        || heartbeats.mayFence(now, silent, listener.cutFrom(row));
    if (mayFence && arbiter.fence(silent.epoch(), silent.counter(), epoch)) {
      LOG.info("fenced epoch {}: its heartbeat stood still", silent.epoch());
      liveBefore.remove(silent.epoch());
      meters.fencedHere();
      heartbeats.fenced(now);
    }
    return mayFence;
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
