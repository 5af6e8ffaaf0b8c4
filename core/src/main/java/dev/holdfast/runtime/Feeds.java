package dev.holdfast.runtime;

import dev.holdfast.protocol.Followers;
import dev.holdfast.protocol.Following;
import dev.holdfast.protocol.Hints;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Ticker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one life of a node tells others of changes, and hears of them. Carries out what
 * {@link Followers} and {@link Following} say. Whoever changes an entity only puts down which one,
 * and only if somebody follows; what has come together is sent every {@value #TICK_MILLIS} ms, by a
 * thread of its own. Thread-safe.
 */
final class Feeds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);
  private static final long TICK_MILLIS = 10;

  /** The same, while nobody watches anything anywhere. */
  private static final long IDLE_MILLIS = 50;

  private final Followers followers;
  private final Following following;
  private final Hints hints = new Hints();
  private final Ticker ticker;
  private final ScheduledExecutorService thread;
  private final BiConsumer<String, PeerMessage> tell;
  private final Watches watches;
  private volatile boolean followed;
  private Set<String> wanted = Set.of();

  Feeds(
      long epoch,
      String address,
      Ticker ticker,
      ScheduledExecutorService thread,
      BiConsumer<String, PeerMessage> tell,
      Watches watches) {
    this.followers = new Followers(epoch);
    this.following = new Following(epoch, address);
    this.ticker = ticker;
    this.thread = thread;
    this.tell = tell;
    this.watches = watches;
    tickAfter(TICK_MILLIS);
  }

  /**
   * The entity shows that revision from now on; to be called after it does. Who begins to follow
   * later reads later, and finds it.
   */
  void shown(EntityKey key, long revision) {
    if (followed) {
      synchronized (hints) {
        hints.add(key, revision);
      }
    }
  }

  void told(PeerMessage message) {
    if (message instanceof PeerMessage.Follow follow) {
      synchronized (followers) {
        followed = true; // before it is answered
        send(followers.follow(ticker.nanos(), follow));
      }
    } else if (message instanceof PeerMessage.Changed changed) {
      synchronized (following) {
        perform(following.told(ticker.nanos(), changed));
      }
    }
  }

  /** Those are the epochs that are live, with their addresses. */
  void live(Map<Long, String> nodes) {
    synchronized (followers) {
      followers.live(nodes.keySet());
    }
    synchronized (following) {
      perform(following.live(ticker.nanos(), nodes));
    }
  }

  private void tickAfter(long millis) {
    try {
      var unused = thread.schedule(this::guardedTick, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("changes are not told any more");
    }
  }

  private void guardedTick() {
    try {
      tick();
    } catch (RuntimeException e) { // of the engine, when it stops; the next tick may do
      LOG.debug("changes are not told at the moment", e);
    }
    tickAfter(followed || !wanted.isEmpty() ? TICK_MILLIS : IDLE_MILLIS);
  }

  private void tick() {
    if (followed) {
      flush();
    }
    Set<String> types = watches.types();
    synchronized (following) {
      if (!types.equals(wanted)) {
        wanted = types;
        perform(following.want(ticker.nanos(), types));
      }
      perform(following.tick(ticker.nanos()));
    }
  }

  private void flush() {
    Hints.Batch batch;
    synchronized (hints) {
      batch = hints.take();
    }
    synchronized (followers) {
      send(followers.changed(ticker.nanos(), batch));
      followed = followers.any();
    }
  }

  private void send(List<Followers.Tell> messages) {
    messages.forEach(message -> tell.accept(message.address(), message.message()));
  }

  private void perform(List<Following.Output> outputs) {
    for (Following.Output output : outputs) {
      if (output instanceof Following.Output.Tell message) {
        tell.accept(message.address(), message.message());
      } else if (output instanceof Following.Output.Look look) {
        watches.look(look.hints());
      } else if (output instanceof Following.Output.LookAtAll) {
        watches.lookAtAll();
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
