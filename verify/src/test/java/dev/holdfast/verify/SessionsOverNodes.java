package dev.holdfast.verify;

import dev.holdfast.Call;
import dev.holdfast.Change;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.Outcome;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.testkit.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * People who write on one node, read on the next and the one after it, and come back, while nodes
 * leave and come, and the database goes away or loses replies. Each has counters of its own, so
 * that it knows exactly what it must read. Three nodes in this JVM, over the real engine.
 *
 * <p>A program as well: {@code SessionsOverNodes MINUTES SEED PEOPLE}.
 */
final class SessionsOverNodes {
  private static final int COUNTERS_EACH = 40;
  private static final int READS = 12;

  record Counter(long count) {}

  record Add(long amount) implements Change<Counter, Long> {
    @Override
    public Outcome<Counter, Long> applyTo(Counter counter) {
      long sum = counter.count() + amount;
      return Outcome.<Counter, Long>become(new Counter(sum)).reply(sum);
    }
  }

  private static final EntityType<Counter> COUNTERS = EntityType.named("counter", Counter.class)
      .startingAs(id -> new Counter(0))
      .accepting(Add.class);

  /**
   * What came of it.
   *
   * @param reads how many reads were judged
   * @param copies how many of them were answered from a copy
   * @param failed how many calls failed, as they may while there is trouble
   * @param wrong what was read and must not have been
   */
  record Result(
      long reads, long copies, long changes, long failed, long moves, List<String> wrong) {}

  private final long seed;
  private final int people;
  private final MemoryDatabase database = new MemoryDatabase();
  private final List<Holdfast> nodes = new CopyOnWriteArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong copies = new AtomicLong();
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private long moves;

  SessionsOverNodes(long seed, int people) {
    this.seed = seed;
    this.people = people;
  }

  /** Prints what came of it; ends with 1 if anything was wrong. */
  public static void main(String[] args) throws InterruptedException {
    Duration time = Duration.ofMinutes(Long.parseLong(args[0]));
    Result result =
        new SessionsOverNodes(Long.parseLong(args[1]), Integer.parseInt(args[2])).run(time);
    System.out.println(result);
    System.exit(result.wrong.isEmpty() ? 0 : 1);
  }

  Result run(Duration time) throws InterruptedException {
    for (String name : List.of("foo", "bar", "baz")) {
      nodes.add(start(name));
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < people; i++) {
      int person = i;
      Thread thread = new Thread(() -> live(person), "person-" + i);
      threads.add(thread);
      thread.start();
    }
    disturb(System.nanoTime() + time.toNanos());
    over.set(true);
    for (Thread person : threads) {
      person.join();
    }
    nodes.forEach(Holdfast::close);
    return new Result(
        reads.get(), copies.get(), changes.get(), failed.get(), moves, List.copyOf(wrong));
  }

  private Holdfast start(String name) {
    return Holdfast.builder()
        .database(database, "memory:")
        .node(name)
        .serving(COUNTERS)
        .shards(16)
        .leaseTtl(Duration.ofSeconds(2))
        .start();
  }

  /** Takes turns: a node leaves and comes back; replies are lost; the database is away. */
  private void disturb(long untilNanos) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    CountDownLatch never = new CountDownLatch(1);
    for (int turn = 0; System.nanoTime() - untilNanos < 0; turn++) {
      pause(never, 1_000 + random.nextInt(2_000));
      if (turn % 3 == 0) {
        int leaves = random.nextInt(nodes.size());
        String name = nodes.get(leaves).node();
        nodes.remove(leaves).close();
        nodes.add(start(name));
        moves++;
      } else if (turn % 3 == 1) {
        database.losingReplies(true);
        pause(never, 100);
        database.losingReplies(false);
      } else {
        database.down(true);
        pause(never, random.nextInt(3_000));
        database.down(false);
      }
    }
  }

  private static void pause(CountDownLatch never, long millis) throws InterruptedException {
    if (never.await(millis, TimeUnit.MILLISECONDS)) {
      throw new AssertionError("never");
    }
  }

  private void live(int person) {
    SplittableRandom random = new SplittableRandom(seed + 1 + person);
    long[] known = new long[COUNTERS_EACH];
    while (!over.get()) {
      int which = random.nextInt(COUNTERS_EACH);
      String id = "p" + person + "-" + which;
      known[which] = change(id, known[which], random);
      for (int i = 0; i < READS && !over.get(); i++) {
        read(id, known[which], random);
      }
    }
  }

  private Entities<Counter> any(SplittableRandom random) {
    List<Holdfast> all = List.copyOf(nodes);
    return all.get(random.nextInt(all.size())).entities(COUNTERS);
  }

  /** Adds one, on any node, until that is done for certain. */
  private long change(String id, long known, SplittableRandom random) {
    String operation = "";
    while (true) {
      Entities<Counter> counters = any(random);
      try {
        Entities<Counter> named =
            operation.isEmpty() ? counters : counters.with(Call.operation(operation));
        long count = Objects.requireNonNull(named.<Long>change(id, new Add(1)));
        changes.incrementAndGet();
        if (count != known + 1) {
          wrong.add(id + " was " + known + " and became " + count);
        }
        return count;
      } catch (OutcomeUnknown e) {
        operation = e.operation();
        failed.incrementAndGet();
      } catch (NotDone e) {
        failed.incrementAndGet();
      }
    }
  }

  private void read(String id, long known, SplittableRandom random) {
    try {
      Entity<Counter> read = any(random).get(id);
      reads.incrementAndGet();
      copies.addAndGet(read.source() == Entity.Source.COPY ? 1 : 0);
      if (read.value().count() != known) {
        wrong.add(id + " is " + known + ", and was read as " + read);
      }
    } catch (HoldfastException e) {
      failed.incrementAndGet();
    }
  }
}
