package dev.holdfast.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watch, between those who look and the one to whom it is shown. Thread-safe. */
final class Subscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

  private final Watches watches;
  private final long number;
  private final Runnable news;
  private final Queue<Sighting> given = new ArrayDeque<>(1);
  private final CompletableFuture<String> ended = new CompletableFuture<>();

  /** @param news runs when there is something to take, by the thread of {@code watches} */
  Subscription(Watches watches, long number, Runnable news) {
    this.watches = watches;
    this.number = number;
    this.news = news;
  }

  long number() {
    return number;
  }

  /** How many are given and not taken is bounded by whoever gives. */
  void give(Sighting sighting) {
    synchronized (this) {
      given.add(sighting);
    }
    try {
      news.run();
    } catch (RuntimeException e) { // of whoever is told; others are told all the same
      LOG.error("{} is not told of its news", sighting.key(), e);
    }
  }

  /** What is shown next; null if there is nothing, or the watch is over. */
  @Nullable Sighting next() {
    Sighting next;
    synchronized (this) {
      next = ended.isDone() ? null : given.poll();
    }
    if (next != null) {
      watches.taken(number);
    }
    return next;
  }

  /** Completes with the reason when it is over. */
  CompletableFuture<String> ended() {
    return ended;
  }

  void end(String reason) {
    ended.complete(reason);
  }

  @Override
  public void close() {
    if (ended.complete("it was closed")) {
      watches.close(this);
    }
  }
}
