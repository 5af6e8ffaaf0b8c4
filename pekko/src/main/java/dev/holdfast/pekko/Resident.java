package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live entity with its mailbox: what comes for it is handled by one thread at a time, in order.
 * What is in it is the host's. Thread-safe.
 *
 * <p>It holds next to nothing while nothing happens, since there may be millions. An entity that
 * fails begins again with what the database says; what waits for it still comes to it.
 */
final class Resident implements Runnable, Consumer<Runnable> {
  private static final Logger LOG = LoggerFactory.getLogger(Resident.class);

  /** So many are handled before other entities have their turn. */
  private static final int TURN = 32;

  private final EntityKey key;
  private final ShardResidents home;

  /** What has come and is not handled; guarded by this. */
  private @Nullable Deque<Message> waiting;

  /** Whether some thread will look at what is waiting; guarded by this. */
  private boolean scheduled;

  /** Whether nothing is handled any more; guarded by this. */
  private boolean over;

  /** The moment it was last used at, by the clock of {@link Passivation}. */
  private volatile int used;

  private volatile boolean leaving;
  private Engine.Live live;

  /** The host has said that the entity has nothing left to do. */
  private boolean done;

  Resident(EntityKey key, ShardResidents home) {
    this.key = key;
    this.home = home;
    this.live = begin();
  }

  private Engine.Live begin() {
    return home.activate(key, this, () -> done = true);
  }

  /** The entity has set itself a task. */
  @Override
  public void accept(Runnable task) {
    tell(new Message.Run(task));
  }

  EntityKey key() {
    return key;
  }

  /** Hands it over; false if it came too late, and then another may live under the same key. */
  boolean tell(Message message) {
    synchronized (this) {
      if (over) {
        return false;
      }
      if (waiting == null) {
        waiting = new ArrayDeque<>(2);
      }
      waiting.add(message);
      if (scheduled) {
        return true;
      }
      scheduled = true;
    }
    home.execute(this);
    return true;
  }

  /** Has it finish what is under way and leave memory. */
  void leave() {
    leaving = true;
    tell(new Message.Stop());
  }

  boolean isLeaving() {
    return leaving;
  }

  void use(int now) {
    if (used != now) {
      used = now;
    }
  }

  int used() {
    return used;
  }

  /** The shard is gone from here: nothing is handled any more. */
  void end() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      if (scheduled) {
        return; // whoever has its turn sees to it
      }
    }
    live.ended();
  }

  /** Handles what is waiting; to be run by one thread at a time. */
  @Override
  public void run() {
    for (int i = 0; i < TURN; i++) {
      Message next = next();
      if (next == null) {
        return;
      }
      handle(next);
    }
    home.execute(this);
  }

  private @Nullable Message next() {
    synchronized (this) {
      if (!over) {
        Message next = waiting == null ? null : waiting.poll();
        if (next == null) {
          waiting = null;
          scheduled = false;
        }
        return next;
      }
    }
    live.ended();
    return null;
  }

  private void handle(Message message) {
    try {
      if (message instanceof Message.Deliver deliver) {
        live.handle(
            deliver.ask().request(), answer -> home.reply(deliver.from(), deliver.ask(), answer));
      } else if (message instanceof Message.Run run) {
        run.task().run();
      } else if (message instanceof Message.Stop) {
        live.stop();
      }
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      LOG.error("an entity of type {} fails and begins again", key.type(), e);
      live.ended();
      live = begin();
      if (leaving) {
        live.stop();
      }
    }
    if (done) {
      forgotten();
    }
  }

  /** What still waits goes to whoever lives here next, if anybody may. */
  private void forgotten() {
    home.remove(this);
    Deque<Message> left;
    synchronized (this) {
      over = true;
      left = waiting;
      waiting = null;
    }
    for (Message message : left == null ? List.<Message>of() : left) {
      if (message instanceof Message.Deliver deliver) {
        home.deliver(deliver);
      }
    }
  }
}
