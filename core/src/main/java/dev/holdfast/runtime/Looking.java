package dev.holdfast.runtime;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads for watches: linearizable, from memory if it can be, and no copy is kept. Thread-safe. */
record Looking(LocalReads here, Calls calls) implements Watches.Reads {
  private static final Logger LOG = LoggerFactory.getLogger(Looking.class);

  // The future that whenComplete answers says nothing new.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public void read(EntityKey key, Consumer<Sighting> found, Runnable failed) {
    try {
      Entity<?> entity = here.get(key.type(), key.id());
      if (entity != null) {
        found.accept(Sighting.of(key, entity));
        return;
      }
    } catch (NotDone.NotFound absent) {
      found.accept(Sighting.absent(key, absent.revision()));
      return;
    }
    Request request = new Request(Request.Kind.GET, key, "", "", "", Request.ANY, 0);
    calls.askOnce(request, Call.DEFAULT.deadline()).whenComplete((done, failure) -> {
      if (failure == null) {
        found.accept(Sighting.of(key, done));
      } else if (cause(failure) instanceof NotDone.NotFound absent) {
        found.accept(Sighting.absent(key, absent.revision()));
      } else {
        LOG.debug("{} cannot be read for a watch", key, failure);
        failed.run();
      }
    });
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
