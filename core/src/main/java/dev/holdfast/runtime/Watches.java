package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.Hints;
import dev.holdfast.protocol.Watched;
import dev.holdfast.protocol.Watched.Output;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage.Hint;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that is watched on a node. Carries out what {@link Watched} says, which belongs to one
 * thread; outlasts the node's lives. Fed by the {@link Feeds} of the life that is now.
 *
 * <p>Now and then it looks at everything, whatever was heard: should a change ever be missed for a
 * reason that nobody thought of, that is how long it is. Thread-safe.
 */
final class Watches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  /** How many watches a node can have. */
  static final int MOST = 100_000;

  /** How many of them for all entities whose ids begin alike. */
  static final int MOST_PREFIXES = 1_000;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final long TICK_MILLIS = 200;
  private static final long BACKSTOP_SECONDS = 60;

  /** For how long what is not watched any more is still followed: it may be watched again. */
  private static final long LINGER_SECONDS = 30;

  private static final int PAGE = 200;

  /** Reads an entity, linearizably. */
  interface Reads {
    /** One of the two is called, once, at once or later, by any thread. */
    void read(EntityKey key, Consumer<Sighting> found, Runnable failed);
  }

  /**
   * Who does what.
   *
   * @param own the one thread that decides; never blocked
   * @param listing lists the database
   * @param showing shows to consumers
   */
  record Threading(
      ScheduledExecutorService own,
      ScheduledExecutorService listing,
      ScheduledExecutorService showing) {}

  private final Threading threads;
  private final Reads reads;
  private final Store store;
  private final Map<Long, Subscription> open = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger prefixes = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final Hints hints = new Hints();
  private boolean heard;
  private volatile Set<String> types = Set.of();
  private volatile boolean closed;

  /** The own thread's. */
  private final Watched machine = new Watched();

  /** Likewise; what is to be done next. */
  private final Queue<Output> todo = new ArrayDeque<>();

  private boolean performing;

  Watches(Threading threads, Reads reads, Store store) {
    this.threads = threads;
    this.reads = reads;
    this.store = store;
    var unusedTick = threads
        .own()
        .scheduleWithFixedDelay(
            guarded(() -> perform(machine.tick())),
            TICK_MILLIS,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
    var unusedLook = threads
        .own()
        .scheduleWithFixedDelay(
            guarded(() -> perform(machine.lookAtAll())),
            BACKSTOP_SECONDS,
            BACKSTOP_SECONDS,
            TimeUnit.SECONDS);
  }

  /** The types of which changes are to be told. */
  Set<String> types() {
    return types;
  }

  /** How many watches there are. */
  int count() {
    return count.get();
  }

  /**
   * Watches an entity.
   *
   * @param after show only what is newer; null for all
   */
  Subscription open(EntityKey key, @Nullable Long after, Runnable news) {
    Subscription added = added(news);
    own(() -> opened(added, machine.open(added.number(), key, after)));
    return added;
  }

  /** Watches all entities of the type whose ids begin with {@code prefix}. */
  Subscription openAll(String type, String prefix, Runnable news) {
    String begin = prefix.isEmpty() ? prefix : Ids.checked(prefix);
    if (prefixes.incrementAndGet() > MOST_PREFIXES) {
      prefixes.decrementAndGet();
      throw tooMany(MOST_PREFIXES + " watches for all entities whose ids begin alike");
    }
    Subscription added;
    try {
      added = added(news);
    } catch (NotDone.Unavailable e) {
      prefixes.decrementAndGet();
      throw e;
    }
    var unused = added.ended().thenRun(prefixes::decrementAndGet);
    own(() -> opened(added, machine.openAll(added.number(), type, begin)));
    return added;
  }

  private static NotDone.Unavailable tooMany(String what) {
    return new NotDone.Unavailable(
        "this node has " + what + ", the most it can have; ask another one", RETRY_AFTER);
  }

  private Subscription added(Runnable news) {
    if (count.incrementAndGet() > MOST) {
      count.decrementAndGet();
      throw tooMany(MOST + " watches");
    }
    Subscription added = new Subscription(this, numbers.incrementAndGet(), news);
    var unused = added.ended().thenRun(count::decrementAndGet);
    open.put(added.number(), added);
    if (closed) {
      open.remove(added.number());
      added.end("this node is closed");
      throw new NotDone.Unavailable("this node is closed", RETRY_AFTER);
    }
    return added;
  }

  // ---- what the feeds say

  void look(List<Hint> changed) {
    hear(() -> changed.forEach(hint -> hints.add(hint.key(), hint.revision())));
  }

  void lookAtAll() {
    hear(hints::lose);
  }

  /** What comes while the own thread is busy comes together; who tells does not wait for it. */
  private void hear(Runnable hint) {
    synchronized (hints) {
      hint.run();
      if (heard) {
        return;
      }
      heard = true;
    }
    own(this::heard);
  }

  // ---- what subscribers say

  void taken(long number) {
    own(() -> perform(machine.taken(number)));
  }

  void close(Subscription subscription) {
    own(() -> closed(subscription));
  }

  /** Shows something to a consumer. */
  void show(Runnable task) {
    try {
      threads.showing().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closed", e);
    }
  }

  private void own(Runnable task) {
    try {
      threads.own().execute(guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closed", e);
    }
  }

  // ---- the own thread

  /** What is wrong with one thing must not keep it from going on with others. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("something unexpected happened; it goes on", e);
      }
    };
  }

  private void heard() {
    Hints.Batch batch;
    synchronized (hints) {
      batch = hints.take();
      heard = false;
    }
    perform(batch.lost() ? machine.lookAtAll() : List.of());
    perform(machine.look(batch.hints()));
  }

  private void opened(Subscription added, List<Output> outputs) {
    if (added.ended().isDone()) {
      machine.close(added.number());
    } else {
      Set<String> more = new HashSet<>(types);
      more.addAll(machine.types());
      types = Set.copyOf(more);
    }
    perform(outputs);
  }

  private void closed(Subscription subscription) {
    machine.close(subscription.number());
    open.remove(subscription.number());
    if (!machine.types().containsAll(types)) {
      Threads.later(
          threads.own(), TimeUnit.SECONDS.toMillis(LINGER_SECONDS), () -> types = machine.types());
    }
  }

  /** What a read that answers at once leads to is done after what came before. */
  private void perform(List<Output> outputs) {
    todo.addAll(outputs);
    if (performing) {
      return;
    }
    performing = true;
    try {
      for (Output next = todo.poll(); next != null; next = todo.poll()) {
        perform(next);
      }
    } finally {
      performing = false;
    }
  }

  private void perform(Output output) {
    if (output instanceof Output.Read read) {
      read(read.key());
    } else if (output instanceof Output.List page) {
      list(page);
    } else if (output instanceof Output.TooMany over) {
      Subscription subscription = open.get(over.watch());
      if (subscription != null) {
        subscription.end("more than 10,000 entities have this prefix; choose a longer one");
        closed(subscription);
      }
    }
  }

  private void read(EntityKey key) {
    reads.read(
        key, found -> own(() -> found(key, found)), () -> own(() -> perform(machine.notRead(key))));
  }

  private void found(EntityKey key, Sighting found) {
    List<Output> outputs = machine.read(key, found.revision(), found.exists());
    for (Output output : outputs) {
      if (output instanceof Output.Give give) {
        Subscription to = open.get(give.watch());
        if (to != null) {
          to.give(found);
        }
      }
    }
    perform(outputs);
  }

  private void list(Output.List page) {
    try {
      threads.listing().execute(() -> listing(page));
    } catch (RejectedExecutionException e) {
      LOG.debug("the node is closed", e);
    }
  }

  private void listing(Output.List page) {
    try {
      List<StoredEntity> rows = store.list(page.type(), page.after(), PAGE);
      List<Watched.Listed> listed = rows.stream()
          .map(row -> new Watched.Listed(row.key().id(), row.revision()))
          .toList();
      own(() -> perform(machine.listed(page.watch(), listed, rows.size() == PAGE)));
    } catch (RuntimeException e) { // of the database; it is tried again
      LOG.debug("cannot list {} for a watch", page.type(), e);
      own(() -> machine.notListed(page.watch()));
    }
  }

  /** Ends all of them. */
  @Override
  public void close() {
    closed = true;
    open.values().forEach(subscription -> subscription.end("this node is closed"));
    threads.own().shutdownNow();
    threads.listing().shutdownNow();
    threads.showing().shutdownNow();
  }
}
