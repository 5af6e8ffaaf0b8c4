package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the database remember that it refused a write of this node. It is told once for each shard
 * and token, however many writes come, and not again if that fails: the refusal itself is what
 * counts, this is for people. Thread-safe.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private final Arbiter arbiter;
  private final long epoch;
  private final Executor threads;
  private final Map<Integer, Long> told = new HashMap<>();

  Refusals(Arbiter arbiter, long epoch, Executor threads) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.threads = threads;
  }

  /** A write under this token was refused. */
  void refused(int shard, long token) {
    synchronized (told) {
      if (told.getOrDefault(shard, 0L) >= token) {
        return;
      }
      told.put(shard, token);
    }
    try {
      threads.execute(() -> tell(shard, token));
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closing", e);
    }
  }

  private void tell(int shard, long token) {
    try {
      arbiter.refused(shard, epoch, token);
    } catch (DatabaseException e) {
      LOG.debug("a refusal in shard {} is not written down: {}", shard, e.getMessage());
    }
  }
}
