package dev.holdfast.runtime;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names the threads of one node, so that a thread dump tells who is who. Thread-safe. */
final class Threads {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

  private final String node;

  Threads(String node) {
    this.node = node;
  }

  /** A daemon thread that is not started yet. */
  Thread named(String role, Runnable body) {
    Thread thread = new Thread(body, "holdfast-" + node + "-" + role);
    thread.setDaemon(true);
    return thread;
  }

  /** A pool that drops what is due after its shutdown. */
  ScheduledExecutorService pool(String role, int threads) {
    AtomicInteger next = new AtomicInteger();
    ThreadFactory factory = body -> named(role + "-" + next.incrementAndGet(), body);
    ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(threads, factory);
    pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    pool.setRemoveOnCancelPolicy(true);
    return pool;
  }

  /** Runs the task after a pause, or never if the pool is shut down: its node is closing. */
  static void later(ScheduledExecutorService pool, long millis, Runnable task) {
    try {
      var unused = pool.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closing", e);
    }
  }
}
