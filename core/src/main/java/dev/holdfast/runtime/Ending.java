package dev.holdfast.runtime;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node leaves: it says so in the database, lets its shards move to the others, takes no more
 * calls, leaves the engine's cluster, and only then is gone for the database as well. One that has
 * died already serves nothing; it lets the writes under way come back, and stops.
 *
 * @param patience how long to wait for the shards, and for the engine
 * @param lastCalls sees to it that no more calls are taken; runs once the shards have moved
 * @param calls those under way, which may end before the engine can no longer carry them
 */
record Ending(
    String node,
    Database database,
    Ticker ticker,
    LeaseGuard lease,
    Duration patience,
    Runnable lastCalls,
    Calls calls) {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
  private static final Duration LAST_WRITES = Duration.ofSeconds(1);

  /** Longer than any copy can be read that was granted before. */
  private static final Duration LAST_COPIES = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration LAST_CALLS = Duration.ofSeconds(2);

  /**
   * Leaves, or just stops what was started if that much was not reached.
   *
   * @param epoch 0 if the node was not registered
   */
  void end(
      long epoch,
      @Nullable Engine engine,
      @Nullable NodeParts parts,
      @Nullable Membership membership) {
    boolean stopped = false;
    if (engine != null && parts != null && membership != null && !lease.dead()) {
      leave(epoch, engine, parts.claims(), membership);
      stopped = true;
    }
    lease.died();
    if (parts != null) {
      parts.claims().drop();
      awaitWrites(parts.store());
      await(() -> !parts.granting().readable(), LAST_COPIES);
    }
    if (epoch != 0 && (parts == null || !parts.granting().readable())) {
      sayGoodbye(epoch);
    }
    if (engine != null && !stopped) {
      engine.close(); // last, for it takes a second when nobody can be reached
    }
  }

  /** So that those who wait for a write which is under way learn what became of it. */
  private void awaitWrites(StoreAccess store) {
    await(store::idle, LAST_WRITES);
  }

  private void leave(long epoch, Engine engine, Claims claims, Membership membership) {
    try {
      database.arbiter().state(epoch, NodeRow.State.DRAINING);
      drain(claims, membership);
    } catch (DatabaseException e) {
      LOG.warn("node {} leaves without a drain: {}", node, e.getMessage());
    }
    lastCalls.run();
    await(calls::idle, LAST_CALLS);
    engine.leave(patience);
  }

  /**
   * Others may take over from now on, so that by now nothing here serves any more, and no copy that
   * was granted here can be read. A node of which that is not certain leaves its row to be fenced.
   */
  private void sayGoodbye(long epoch) {
    try {
      database.arbiter().state(epoch, NodeRow.State.LEFT);
      LOG.info("node {} (epoch {}) has left", node, epoch);
    } catch (DatabaseException e) {
      LOG.warn("node {} could not say that it left: {}", node, e.getMessage());
    }
  }

  private void drain(Claims claims, Membership membership) {
    await(() -> claims.count() == 0 || !othersAreUp(membership), patience);
  }

  private void await(BooleanSupplier done, Duration limit) {
    long until = ticker.nanos() + limit.toNanos();
    while (!done.getAsBoolean() && ticker.nanos() - until < 0) {
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** This node itself no longer counts as up, once the watch has seen it draining. */
  private boolean othersAreUp(Membership membership) {
    return membership.live() > (membership.draining().isEmpty() ? 1 : 0);
  }
}
