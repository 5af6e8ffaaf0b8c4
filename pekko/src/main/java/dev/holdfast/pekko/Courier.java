package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests straight to the node, and there to the entity, that answered last for their shard,
 * and answers back; many in one message. Thread-safe.
 *
 * <p>The engine's sharding knows the way to every entity, but each message takes it through four
 * actors and alone. So it is asked for the way once for each shard, and whenever a request was in
 * vain: a node that does not have the entity passes the request on to the engine's region there. It
 * all remains a matter of speed: whether a node may answer is settled by the entity's claim.
 */
final class Courier {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final String ASKS = "asks";
  private static final String REPLIES = "replies";

  /** What a request or an answer takes beside its text: ids, addresses and short reasons. */
  private static final int FRAME = 1_024;

  /** The bytes of a character in UTF-8, half a surrogate pair counting as one. */
  private static final int MOST_UTF8 = 3;

  private final String self;
  private final Engine.Host host;
  private final Executor executor;
  private final Consumer<Message.Deliver> region;
  private final Residents residents;
  private final Routes routes;
  private final Doors<Message.Asks> askDoors;
  private final Doors<Message.Replies> replyDoors;
  private final Map<String, Outbox<Message.Ask>> asks = new ConcurrentHashMap<>();
  private final Map<String, Outbox<Message.Reply>> replies = new ConcurrentHashMap<>();

  /**
   * Ready to carry.
   *
   * @param self this node's unique address
   * @param residents who lives on this node
   * @param region hands a request over to the engine's sharding
   */
  Courier(
      ActorSystem system,
      Engine.Host host,
      String self,
      int shards,
      Residents residents,
      Consumer<Message.Deliver> region) {
    this.self = self;
    this.host = host;
    this.executor = system.dispatcher();
    this.region = region;
    this.residents = residents;
    this.routes = new Routes(shards);
    this.askDoors = new Doors<>(system, ASKS);
    this.replyDoors = new Doors<>(system, REPLIES);
    Adapter.spawn(system, receiving(this::asked), ASKS);
    Adapter.spawn(system, receiving(this::received), REPLIES);
  }

  private static <T> Behavior<T> receiving(Consumer<T> receive) {
    return Behaviors.receiveMessage(message -> {
      receive.accept(message);
      return Behaviors.same();
    });
  }

  /**
   * Takes the request there.
   *
   * @param straight to where its entity seems to be; else by the engine's sharding
   */
  void send(Message.Ask ask, boolean straight) {
    int shard = host.shardOf(ask.request().key());
    String node = straight && residents.of(shard) == null ? routes.of(shard) : self;
    if (node != null && !node.equals(self)) {
      asksFor(node).add(ask);
    } else {
      deliver(new Message.Deliver(self, ask), shard, straight);
    }
  }

  private void deliver(Message.Deliver deliver, int shard, boolean straight) {
    ShardResidents here = straight ? residents.of(shard) : null;
    if (here == null) {
      region.accept(deliver);
    } else {
      here.deliver(deliver);
    }
  }

  /** Takes the answer to the node; at once, on the caller's thread, if that is this one. */
  void reply(String node, Message.Reply reply) {
    if (node.equals(self)) {
      answered(self, reply);
    } else {
      repliesFor(node).add(reply);
    }
  }

  private Outbox<Message.Ask> asksFor(String node) {
    return Doors.known(
        asks,
        node,
        to -> new Outbox<>(
            executor,
            ask -> size(ask.request().json()),
            bundle -> askDoors.at(to).tell(new Message.Asks(self, bundle))));
  }

  private Outbox<Message.Reply> repliesFor(String node) {
    return Doors.known(
        replies, node, to -> new Outbox<>(executor, Courier::size, bundle -> tell(to, bundle)));
  }

  private static int size(Message.Reply reply) {
    Answer answer = reply.answer();
    if (answer instanceof Answer.Done done) {
      return size(done.json() == null ? "" : done.json());
    }
    return answer instanceof Answer.Failed failed ? size(failed.message()) : FRAME;
  }

  private static int size(String text) {
    return FRAME + MOST_UTF8 * text.length();
  }

  private void tell(String to, List<Message.Reply> bundle) {
    replyDoors.at(to).tell(new Message.Replies(self, to, bundle));
  }

  private void asked(Message.Asks message) {
    each(message.asks(), ask -> {
      int shard = host.shardOf(ask.request().key());
      deliver(new Message.Deliver(message.from(), ask), shard, true);
    });
  }

  private void received(Message.Replies message) {
    if (!message.to().equals(self)) {
      return; // it was meant for who had this address before
    }
    each(message.replies(), reply -> answered(message.from(), reply));
  }

  private void answered(String from, Message.Reply reply) {
    if (!(reply.answer() instanceof Answer.NotNow)) {
      routes.learn(reply.shard(), from);
    }
    host.answered(reply.ticket(), reply.answer());
  }

  /** One that fails takes no others with it, nor the actor. */
  private static <T> void each(List<T> all, Consumer<T> one) {
    for (T item : all) {
      try {
        one.accept(item);
      } catch (RuntimeException e) {
        LOG.error("what another node has sent was not handled", e);
      }
    }
  }

  /** These nodes leave or have left: ask the engine where their entities are. */
  void forget(Predicate<String> gone) {
    routes.forget(gone);
    asks.keySet().removeIf(gone);
    replies.keySet().removeIf(gone);
  }
}
