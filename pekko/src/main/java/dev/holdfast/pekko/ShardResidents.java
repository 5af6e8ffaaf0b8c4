package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one shard that live on this node, while the engine has that shard here.
 * Thread-safe.
 */
final class ShardResidents {
  /** How answers get to who asked. */
  interface Replies {
    /** Sends the answer to the node. */
    void send(String node, Message.Reply reply);
  }

  private final int shard;
  private final Engine.Host host;
  private final Executor executor;
  private final Passivation passivation;
  private final Replies replies;
  private final Map<EntityKey, Resident> residents = new ConcurrentHashMap<>();

  /** To be run when nobody is left, once nobody may come any more; guarded by this. */
  private @Nullable Runnable left;

  ShardResidents(
      int shard, Engine.Host host, Executor executor, Passivation passivation, Replies replies) {
    this.shard = shard;
    this.host = host;
    this.executor = executor;
    this.passivation = passivation;
    this.replies = replies;
  }

  int shard() {
    return shard;
  }

  /** Hands it to its entity, which comes to live here if it does not. */
  void deliver(Message.Deliver deliver) {
    EntityKey key = deliver.ask().request().key();
    Resident resident = residents.get(key);
    while (resident == null || !resident.tell(deliver)) {
      resident = settle(key);
      if (resident == null) {
        refuse(deliver);
        return;
      }
    }
    passivation.used(resident);
  }

  void refuse(Message.Deliver deliver) {
    replies.send(
        deliver.from(), Message.Reply.notNow(deliver.ask().ticket(), "its shard is moving"));
  }

  /** The entity was used without a message. */
  void touch(EntityKey key) {
    Resident resident = residents.get(key);
    if (resident != null) {
      passivation.used(resident);
    }
  }

  private synchronized @Nullable Resident settle(EntityKey key) {
    if (left != null) {
      return null;
    }
    Resident known = residents.get(key);
    if (known == null) {
      // What came from another node has a text of its own for the name of the type.
      EntityKey kept = new EntityKey(key.type().intern(), key.id());
      known = new Resident(kept, this);
      passivation.came(known); // else it would be the least recently used of all
      residents.put(kept, known);
    }
    return known;
  }

  void each(Consumer<Resident> action) {
    residents.values().forEach(action);
  }

  /** Has all of them finish and leave, and lets nobody settle any more. */
  void leave(Runnable then) {
    close(then);
    each(Resident::leave);
    seeWhetherAllLeft();
  }

  /** The shard is gone from this node: ends all of them, each after what it is just doing. */
  void end(Runnable then) {
    close(then);
    each(Resident::end);
    seeWhetherAllLeft();
  }

  private synchronized void close(Runnable then) {
    left = then;
  }

  // ---- for its residents

  Engine.Live activate(EntityKey key, Consumer<Runnable> mailbox, Runnable stopped) {
    return host.activate(key, shard, mailbox, stopped);
  }

  /** Has it run, unless the engine has ended. */
  void execute(Resident resident) {
    try {
      executor.execute(resident);
    } catch (RejectedExecutionException e) {
      resident.rejected();
    }
  }

  void reply(String node, Message.Ask ask, Answer answer) {
    replies.send(node, new Message.Reply(ask.ticket(), shard, answer));
  }

  void remove(Resident resident) {
    if (residents.remove(resident.key(), resident)) {
      passivation.went(resident);
      seeWhetherAllLeft();
    }
  }

  void leaves() {
    passivation.leaves();
  }

  /** May say so more than once. */
  private void seeWhetherAllLeft() {
    Runnable then;
    synchronized (this) {
      then = left;
    }
    if (then != null && residents.isEmpty()) {
      then.run();
    }
  }
}
