package dev.holdfast.verify.peers;

import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Changes that begin when they are due, whether others have been answered or not: an open loop, as
 * of many people who know nothing of each other. The time of each counts from the moment when it
 * was due. So, when a peer stalls, all that come meanwhile are late, and not only those that it had
 * begun: the tail is not hidden by clients that wait ("coordinated omission", Gil Tene).
 *
 * <p>The gaps between two are random, of an exponential distribution. Stateless.
 */
final class Paced {
  private static final int MOST_UNDER_WAY = 20_000;

  private Paced() {}

  /**
   * Begins so many a second.
   *
   * @throws IllegalStateException if some are never answered
   */
  static Clients.Result changes(
      Peer peer, Clients.Work work, int perSecond, long warmNanos, long countedNanos) {
    SplittableRandom random = new SplittableRandom(1);
    Histogram times = new ConcurrentHistogram(Clients.LONGEST_NANOS, 2);
    LongAdder failed = new LongAdder();
    Semaphore free = new Semaphore(MOST_UNDER_WAY);
    double meanGapNanos = (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
    long begin = System.nanoTime();
    double due = 0;
    for (int i = 0; due < warmNanos + countedNanos; i++) {
      long dueNanos = begin + (long) due;
      boolean counted = due >= warmNanos;
      Clients.rest(dueNanos - System.nanoTime());
      Batches.acquire(free, 1);
      int entity = work.choices()[i % work.choices().length];
      var unused = work.call(peer, random, true, entity, i).whenComplete((answer, failure) -> {
        if (failure != null) {
          failed.increment();
        } else if (counted) {
          times.recordValue(Math.min(Clients.LONGEST_NANOS, System.nanoTime() - dueNanos));
        }
        free.release();
      });
      due -= meanGapNanos * Math.log(1 - random.nextDouble());
    }
    Batches.acquire(free, MOST_UNDER_WAY);
    double seconds = (System.nanoTime() - begin - warmNanos) / 1e9;
    return new Clients.Result(
        times.getTotalCount() / seconds,
        new Histogram(Clients.LONGEST_NANOS, 2),
        times,
        failed.sum());
  }
}
