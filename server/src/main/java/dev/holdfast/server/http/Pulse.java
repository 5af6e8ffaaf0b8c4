package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.Ownership;
import dev.holdfast.spi.Ticker;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cluster for all who want to know, twice a second at most: while somebody listens,
 * and for a while after somebody asked. Else it does not touch the database. Thread-safe.
 */
final class Pulse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
  private static final long EVERY_MILLIS = 500;
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS);

  /** For how long it goes on when nobody listens any more. */
  private static final long WHILE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How much of the past is looked up when somebody asks again. */
  private static final int HISTORY = 500;

  private final Supplier<Holdfast> serving;
  private final Ticker ticker;
  private final EventLog log;
  private final Happenings happenings = new Happenings();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "pulse");
        made.setDaemon(true);
        return made;
      });
  private @Nullable CompletableFuture<Look> underWay;
  private @Nullable Look latest;
  private boolean beating;
  private long askedNanos;

  /** @param serving the node, or a refusal */
  Pulse(Supplier<Holdfast> serving, Ticker ticker, EventLog log) {
    this.serving = serving;
    this.ticker = ticker;
    this.log = log;
  }

  /** How things look: half a second ago at most. */
  synchronized CompletableFuture<Look> look() {
    askedNanos = ticker.nanos();
    Look known = latest;
    if (known != null && askedNanos - known.nanos() < EVERY_NANOS) {
      return CompletableFuture.completedFuture(known);
    }
    beat();
    return asked();
  }

  private CompletableFuture<Look> asked() {
    CompletableFuture<Look> asked = underWay;
    if (asked == null) {
      asked = new CompletableFuture<>();
      underWay = asked;
      try {
        thread.execute(this::look1);
      } catch (RejectedExecutionException e) {
        asked.completeExceptionally(new Refused(Problem.unavailable("this node is closing")));
      }
    }
    return asked;
  }

  private void beat() {
    if (!beating && !thread.isShutdown()) {
      beating = true;
      next();
    }
  }

  private void next() {
    try {
      var unused = thread.schedule(this::beaten, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the pulse ends", e);
    }
  }

  private void beaten() {
    synchronized (this) {
      if (listeners.isEmpty() && ticker.nanos() - askedNanos > WHILE_NANOS) {
        beating = false;
        return;
      }
      var unused = asked();
      next();
    }
  }

  /** Runs {@code listener} whenever events may have been added, until the answer is run. */
  Runnable listen(Runnable listener) {
    listeners.add(listener);
    var unused = look();
    return () -> listeners.remove(listener);
  }

  private void look1() {
    try {
      Look look = read(serving.get());
      done(look, null);
    } catch (RuntimeException e) { // whatever it is: those who asked must be told
      log.add(blind());
      done(null, e);
    }
    listeners.forEach(Runnable::run);
  }

  private Look read(Holdfast node) {
    Look before = before();
    boolean resumes =
        before == null || ticker.nanos() - before.nanos() > TimeUnit.SECONDS.toNanos(5);
    List<Ownership> history = resumes ? node.history(HISTORY) : List.of();
    Look look = Look.after(before, node.node(), Instant.now(), ticker.nanos(), node.cluster());
    log.add(resumes ? happenings.missed(look, history) : happenings.seen(look));
    return look;
  }

  private synchronized @Nullable Look before() {
    return latest;
  }

  private List<Event> blind() {
    try {
      Holdfast node = serving.get();
      return happenings.blind(Instant.now(), node.node(), node.ready());
    } catch (Refused e) {
      return List.of();
    }
  }

  private void done(@Nullable Look look, @Nullable RuntimeException failure) {
    CompletableFuture<Look> asked;
    synchronized (this) {
      asked = underWay;
      underWay = null;
      latest = look == null ? latest : look;
    }
    if (asked != null && look != null) {
      asked.complete(look);
    } else if (asked != null && failure != null) {
      asked.completeExceptionally(failure);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
