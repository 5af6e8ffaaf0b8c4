package dev.holdfast.runtime;

import dev.holdfast.Watching;
import dev.holdfast.spi.Codec;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A watch whose user takes what is shown, in JSON. Thread-safe. */
record JsonWatch(Subscription subscription, Codec codec) implements Watching.Pull {
  @Override
  public Watching.@Nullable Seen<String> next() {
    Sighting next = subscription.next();
    return next == null
        ? null
        : new Watching.Seen<>(
            next.key().type(), next.key().id(), next.revision(), next.json(codec));
  }

  @Override
  public CompletionStage<String> ended() {
    return subscription.ended().minimalCompletionStage();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
