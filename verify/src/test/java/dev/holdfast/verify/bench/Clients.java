package dev.holdfast.verify.bench;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Entity;
import dev.holdfast.verify.Rest;
import dev.holdfast.verify.bench.Nodes.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of clients that never pause: each makes one call after the other, at a random node
 * each time, to read or to write. They share few threads, so that a call that is answered from
 * memory costs no change of thread. Used by one thread.
 */
final class Clients implements AutoCloseable {
  /** So many calls in a row one client may make before the next one has its turn. */
  private static final int IN_A_ROW = 64;

  private static final int SAMPLED = 32;
  private static final int MOST_SAMPLES = 20_000;

  /**
   * What came of one run.
   *
   * @param reads answered per second
   * @param writes acknowledged per second
   * @param copied share of the reads that were answered from a copy
   * @param readNanos the median time that a read took
   * @param writeNanos the median time that a write took
   */
  record Result(double reads, double writes, double copied, double readNanos, double writeNanos) {
    double calls() {
      return reads + writes;
    }
  }

  private final Nodes nodes;
  private final String[] ids;
  private final int[] choices;
  private final int clients;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
  private volatile boolean stop;

  /**
   * Clients that do nothing yet.
   *
   * @param choices which of the ids are asked for, one after the other
   */
  Clients(Nodes nodes, String[] ids, int[] choices, int clients) {
    this.nodes = nodes;
    this.ids = ids;
    this.choices = choices;
    this.clients = clients;
  }

  /** A million ids, each as likely as its rank from the start to the power of -0.99. */
  static int[] zipfian(int ids) {
    double[] upTo = new double[ids];
    double sum = 0;
    for (int i = 0; i < ids; i++) {
      sum += Math.pow(i + 1, -0.99);
      upTo[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(1);
    int[] drawn = new int[1_000_000];
    for (int i = 0; i < drawn.length; i++) {
      int found = java.util.Arrays.binarySearch(upTo, random.nextDouble() * sum);
      drawn[i] = Math.min(ids - 1, found < 0 ? -found - 1 : found);
    }
    return drawn;
  }

  /** A million ids, each as likely. */
  static int[] uniform(int ids) {
    return new SplittableRandom(1).ints(1_000_000, 0, ids).toArray();
  }

  /** Lets them work for so long, of which the first part does not count. */
  Result run(double writeShare, long warmNanos, long countedNanos) {
    stop = false;
    Phaser over = new Phaser(1);
    List<Client> working = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Client client = new Client(i, writeShare, over);
      over.register();
      working.add(client);
      threads.execute(client);
    }
    Rest.nanos(warmNanos);
    long begin = System.nanoTime();
    Counts before = sum(working);
    working.forEach(client -> client.sampling = true);
    Rest.nanos(countedNanos);
    Counts after = sum(working);
    double seconds = (System.nanoTime() - begin) / 1e9;
    stop = true;
    over.arriveAndAwaitAdvance();
    double reads = after.reads - before.reads;
    return new Result(
        reads / seconds,
        (after.writes - before.writes) / seconds,
        (after.copied - before.copied) / Math.max(1, reads),
        Numbers.median(samples(working, true)),
        Numbers.median(samples(working, false)));
  }

  private record Counts(double reads, double copied, double writes) {}

  private static Counts sum(List<Client> clients) {
    return new Counts(
        clients.stream().mapToLong(client -> client.reads.get()).sum(),
        clients.stream().mapToLong(client -> client.copied.get()).sum(),
        clients.stream().mapToLong(client -> client.writes.get()).sum());
  }

  private static long[] samples(List<Client> clients, boolean reads) {
    return clients.stream()
        .flatMapToLong(client -> reads
            ? LongStream.of(client.readNanos).limit(client.readSamples)
            : LongStream.of(client.writeNanos).limit(client.writeSamples))
        .toArray();
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("clients do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its fields are written by one call after the other. */
  private final class Client implements Runnable {
    private final SplittableRandom random;
    private final double writeShare;
    private final Phaser over;
    private final long[] readNanos = new long[MOST_SAMPLES];
    private final long[] writeNanos = new long[MOST_SAMPLES];
    private int next;
    private int readSamples;
    private int writeSamples;
    private int unsampled;
    private volatile boolean sampling;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();

    Client(int number, double writeShare, Phaser over) {
      this.random = new SplittableRandom(number);
      this.writeShare = writeShare;
      this.over = over;
      this.next = random.nextInt(choices.length);
    }

    @Override
    public void run() {
      for (int i = 0; i < IN_A_ROW && !stop; i++) {
        next = next + 1 < choices.length ? next + 1 : 0;
        AsyncEntities<Counter> entities = nodes.async(random.nextInt(nodes.count()));
        boolean write = random.nextDouble() < writeShare;
        boolean sampled = sampling && (write || ++unsampled % SAMPLED == 0);
        long sent = sampled ? System.nanoTime() : 0;
        CompletableFuture<Entity<Counter>> call = write
            ? entities.set(ids[choices[next]], new Counter(next))
            : entities.get(ids[choices[next]]);
        if (!call.isDone() || call.isCompletedExceptionally()) {
          var unused = call.whenComplete((entity, failure) -> {
            answered(write, sampled, sent, entity, failure);
            threads.execute(this);
          });
          return;
        }
        answered(write, sampled, sent, call.join(), null);
      }
      if (stop) {
        over.arriveAndDeregister();
      } else {
        threads.execute(this);
      }
    }

    private void answered(
        boolean write,
        boolean sampled,
        long sent,
        Entity<Counter> entity,
        @Nullable Throwable failure) {
      if (failure != null) {
        System.err.println("a call failed: " + failure);
        return;
      }
      if (write) {
        add(writes, 1);
      } else {
        add(reads, 1);
        add(copied, entity.source() == Entity.Source.COPY ? 1 : 0);
      }
      if (sampled) {
        sample(write, System.nanoTime() - sent);
      }
    }

    /** Cheaper than an atomic addition, and as good where one adds at a time. */
    private static void add(AtomicLong sum, long count) {
      sum.setRelease(sum.getPlain() + count);
    }

    private void sample(boolean write, long nanos) {
      if (write && writeSamples < MOST_SAMPLES) {
        writeNanos[writeSamples++] = nanos;
      } else if (!write && readSamples < MOST_SAMPLES) {
        readNanos[readSamples++] = nanos;
      }
    }
  }
}
