package dev.holdfast.runtime;

import dev.holdfast.EntityType;
import dev.holdfast.Watching;
import dev.holdfast.Watching.Seen;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what a watch has to a consumer, one after the other, on threads that all watches share.
 * Thread-safe.
 */
final class Showing<T> implements Watching {
  private static final Logger LOG = LoggerFactory.getLogger(Showing.class);

  private final Asking asking;
  private final EntityType<T> type;
  private final Consumer<? super Seen<T>> consumer;

  /** How often there was news since it was last looked for; not 0 while somebody looks. */
  private final AtomicInteger news = new AtomicInteger(1);

  private @Nullable Subscription subscription;

  Showing(Asking asking, EntityType<T> type, Consumer<? super Seen<T>> consumer) {
    this.asking = asking;
    this.type = type;
    this.consumer = consumer;
  }

  /** Begins; once only. */
  Watching of(Function<Runnable, Subscription> opening) {
    subscription = opening.apply(this::news);
    asking.watches().show(this::show); // as if there had been news before it was known
    return this;
  }

  private void news() {
    if (news.getAndIncrement() == 0) {
      asking.watches().show(this::show);
    }
  }

  private void show() {
    int seen;
    do {
      seen = news.get();
      for (Sighting next = next(); next != null; next = next()) {
        show(next);
      }
    } while (news.addAndGet(-seen) != 0);
  }

  private @Nullable Sighting next() {
    return subscription == null ? null : subscription.next();
  }

  private void show(Sighting next) {
    try {
      T value = next.value(asking.codec(), type.valueClass());
      consumer.accept(new Seen<>(next.key().type(), next.key().id(), next.revision(), value));
    } catch (RuntimeException e) { // of the codec, or of the application
      LOG.error("what {} showed at revision {} has failed", next.key(), next.revision(), e);
    }
  }

  @Override
  public CompletionStage<String> ended() {
    return java.util.Objects.requireNonNull(subscription).ended().minimalCompletionStage();
  }

  @Override
  public void close() {
    java.util.Objects.requireNonNull(subscription).close();
  }
}
