package dev.holdfast.verify.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of clients that never pause: each makes one call after the other. Used by one
 * thread.
 *
 * <h2>What is measured</h2>
 *
 * <p>A client makes its next call where its last one was answered, on whatever thread that is, as a
 * chain of futures would. So no call waits for a thread of ours to wake up, and a call that is
 * answered from memory costs no change of thread at all. After some calls in a row it lets others
 * have their turn, if there are any.
 *
 * <p>The clients are a closed loop: when a peer stalls, no more calls arrive. Times of calls then
 * say how long a fixed number of clients wait, not what a stream of clients would see that does not
 * care whether others are being served.
 */
final class Clients implements AutoCloseable {
  static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final int IN_A_ROW = 64;

  /** Of the reads: to look at the clock takes as long as some reads do. */
  private static final int SAMPLED = 16;

  /** How long calls may take to be answered when no more are made. */
  static final int PATIENCE_SECONDS = 90;

  /** Which node a client asks for an entity. */
  interface Where {
    int node(SplittableRandom random, int entity);
  }

  /**
   * What the clients do.
   *
   * @param ids of the entities
   * @param choices which of them are asked for, one after the other
   * @param where which node is asked
   * @param setShare how many of the calls are changes, from 0 to 1
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes it
  record Work(List<String> ids, int[] choices, Where where, double setShare) {
    /** Makes one call. What keeps it from being made is its answer. */
    CompletableFuture<?> call(
        Peer peer, SplittableRandom random, boolean set, int entity, int value) {
      String id = ids.get(entity);
      int node = where.node(random, entity);
      try {
        return set ? peer.set(node, id, value) : peer.get(node, id);
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param perSecond calls that were answered in a second
   * @param gets how long reads took
   * @param sets how long changes took
   * @param failed calls that failed
   */
  record Result(double perSecond, Histogram gets, Histogram sets, long failed) {}

  private final Peer peer;
  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      Runtime.getRuntime().availableProcessors(),
      Runtime.getRuntime().availableProcessors(),
      1,
      TimeUnit.MINUTES,
      new LinkedBlockingQueue<>());
  private volatile boolean stop;
  private volatile boolean counting;
  private volatile @Nullable Throwable failure;

  Clients(Peer peer) {
    this.peer = peer;
  }

  /** Lets so many of them work, of which the first part does not count. */
  Result run(Work work, int clients, long warmNanos, long countedNanos) {
    stop = false;
    counting = false;
    failure = null;
    CountDownLatch over = new CountDownLatch(clients);
    List<Client> working = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Client client = new Client(i, work, over);
      working.add(client);
      threads.execute(client);
    }
    rest(warmNanos);
    counting = true;
    long begin = System.nanoTime();
    long before = sum(working, client -> client.answered);
    rest(countedNanos);
    long after = sum(working, client -> client.answered);
    double seconds = (System.nanoTime() - begin) / 1e9;
    counting = false;
    stop = true;
    await(over);
    long failed = sum(working, client -> client.failed);
    if (failed > 0) {
      System.err.println(failed + " calls failed, the last one with " + failure);
    }
    return new Result(
        (after - before) / seconds,
        all(working, client -> client.gets),
        all(working, client -> client.sets),
        failed);
  }

  /** Lets time pass. */
  static void rest(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void await(CountDownLatch over) {
    try {
      if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(over.getCount() + " calls were never answered");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long sum(List<Client> clients, Function<Client, AtomicLong> count) {
    return clients.stream().mapToLong(client -> count.apply(client).get()).sum();
  }

  private static Histogram all(List<Client> clients, Function<Client, Histogram> times) {
    Histogram all = new Histogram(LONGEST_NANOS, 2);
    clients.forEach(client -> all.add(times.apply(client)));
    return all;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** One call was sent; whether it was answered before this thread went on is seen by it alone. */
  private static final class Sending {
    private final Thread thread = Thread.currentThread();
    private boolean over;

    boolean isHere() {
      return Thread.currentThread() == thread && !over;
    }
  }

  /** Its fields are written by one call after the other. */
  private final class Client implements Runnable {
    private final SplittableRandom random;
    private final Work work;
    private final CountDownLatch over;
    private final Histogram gets = new Histogram(LONGEST_NANOS, 2);
    private final Histogram sets = new Histogram(LONGEST_NANOS, 2);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private int next;
    private int unsampled;

    Client(int number, Work work, CountDownLatch over) {
      this.random = new SplittableRandom(number);
      this.work = work;
      this.over = over;
      this.next = random.nextInt(work.choices.length);
    }

    @Override
    public void run() {
      for (int i = 0; !stop && (i < IN_A_ROW || threads.getQueue().isEmpty()); i++) {
        next = next + 1 < work.choices.length ? next + 1 : 0;
        int entity = work.choices[next];
        boolean set = work.setShare > 0 && random.nextDouble() < work.setShare;
        boolean sampled = set || ++unsampled % SAMPLED == 0;
        long sent = sampled ? System.nanoTime() : 0;
        CompletableFuture<?> call = work.call(peer, random, set, entity, next);
        if (call.isDone()) {
          answered(set, sampled, sent, call.isCompletedExceptionally() ? call : null);
        } else {
          await(call, set, sampled, sent);
          return;
        }
      }
      if (stop) {
        over.countDown();
      } else {
        threads.execute(this);
      }
    }

    private void await(CompletableFuture<?> call, boolean set, boolean sampled, long sent) {
      Sending sending = new Sending();
      var unused = call.whenComplete((value, thrown) -> {
        answered(set, sampled, sent, thrown == null ? null : call);
        if (sending.isHere()) {
          threads.execute(this); // it was answered just now, and a call within a call goes deep
        } else {
          run();
        }
      });
      sending.over = true;
    }

    private void answered(
        boolean set, boolean sampled, long sent, @Nullable CompletableFuture<?> failing) {
      if (failing != null) {
        add(failed);
        var unused = failing.whenComplete((value, thrown) -> failure = thrown);
        return;
      }
      add(answered);
      if (sampled && counting) {
        (set ? sets : gets).recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - sent));
      }
    }

    /** Cheaper than an atomic addition, and as good where one adds at a time. */
    private static void add(AtomicLong sum) {
      sum.setRelease(sum.getPlain() + 1);
    }
  }
}
