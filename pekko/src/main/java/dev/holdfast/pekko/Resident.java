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

  /** It has nothing left to do, but to {@link #finish}. */
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
    synchronized (this) {
      if (leaving) {
        return;
      }
      leaving = true;
    }
    home.leaves();
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
        return; // whoever has the next turn sees to it
      }
      scheduled = true;
    }
    finish();
  }

  /** It will not be run any more. */
  void rejected() {
    synchronized (this) {
      over = true;
      waiting = null;
    }
    finish();
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
    if (!done) {
      finish();
    }
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
    } catch (Throwable e) { // of the users' code, too, which may throw what it likes
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal;
      }
      LOG.error("an entity of type {} fails and begins again", key.type(), e);
      beginAgain();
    }
    if (done) {
      finish();
    }
  }

  private void beginAgain() {
    try {
      live.ended();
      live = begin();
      if (leaving) {
        live.stop();
      }
    } catch (RuntimeException e) {
      LOG.error("an entity of type {} cannot begin again", key.type(), e);
      done = true;
    }
  }

  /**
   * The last it does. It leaves its home before it refuses messages, since from then on another may
   * live there; unless all leave, when none may. What still waits goes to that one, if there is
   * one.
   */
  private void finish() {
    done = true;
    Deque<Message> left;
    try {
      live.ended();
    } finally {
      home.remove(this);
      synchronized (this) {
        over = true;
        left = waiting;
        waiting = null;
      }
    }
    for (Message message : left == null ? List.<Message>of() : left) {
      if (message instanceof Message.Deliver deliver) {
        home.deliver(deliver);
      }
    }
  }
}
