package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.Request;
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
  private static final String ASKS = "asks";
  private static final String REPLIES = "replies";

  /** About what a request or an answer takes beside its JSON. */
  private static final int FRAME = 100;

  private final String self;
  private final Engine.Host host;
  private final Executor executor;
  private final Consumer<Message.Deliver> region;
  private final Residents residents = new Residents();
  private final Routes routes;
  private final Doors<Message.Asks> askDoors;
  private final Doors<Message.Replies> replyDoors;
  private final Map<String, Outbox<Message.Ask>> asks = new ConcurrentHashMap<>();
  private final Map<String, Outbox<Message.Reply>> replies = new ConcurrentHashMap<>();

  /**
   * Ready to carry.
   *
   * @param self this node's unique address
   * @param region hands a request over to the engine's sharding
   */
  Courier(
      ActorSystem system,
      Engine.Host host,
      String self,
      int shards,
      Consumer<Message.Deliver> region) {
    this.self = self;
    this.host = host;
    this.executor = system.dispatcher();
    this.region = region;
    this.routes = new Routes(shards);
    this.askDoors = new Doors<>(system, ASKS);
    this.replyDoors = new Doors<>(system, REPLIES);
    Adapter.spawn(system, each(this::asked), ASKS);
    Adapter.spawn(system, each(this::answered), REPLIES);
  }

  private static <T> Behavior<T> each(Consumer<T> receive) {
    return Behaviors.receiveMessage(message -> {
      receive.accept(message);
      return Behaviors.same();
    });
  }

  Residents residents() {
    return residents;
  }

  /**
   * Takes the request there.
   *
   * @param straight to where its entity seems to be; else by the engine's sharding
   */
  void send(Message.Ask ask, boolean straight) {
    Message.Deliver deliver = new Message.Deliver(self, ask);
    if (!straight) {
      region.accept(deliver);
    } else if (!residents.tell(ask.request().key(), deliver)) {
      String node = routes.of(host.shardOf(ask.request().key()));
      if (node == null || node.equals(self)) {
        region.accept(deliver);
      } else {
        asksFor(node).add(ask);
      }
    }
  }

  /** Takes the answer to the node; at once, on the caller's thread, if that is this one. */
  void reply(String node, Message.Reply reply) {
    if (node.equals(self)) {
      host.answered(reply.ticket(), reply.answer());
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
            ask -> FRAME + ask.request().json().length(),
            bundle -> askDoors.at(to).tell(new Message.Asks(self, bundle))));
  }

  private Outbox<Message.Reply> repliesFor(String node) {
    return Doors.known(
        replies, node, to -> new Outbox<>(executor, Courier::size, bundle -> tell(to, bundle)));
  }

  private static int size(Message.Reply reply) {
    String json = reply.answer() instanceof Answer.Done done ? done.json() : null;
    return FRAME + (json == null ? 0 : json.length());
  }

  private void tell(String to, List<Message.Reply> bundle) {
    replyDoors.at(to).tell(new Message.Replies(self, to, bundle));
  }

  private void asked(Message.Asks message) {
    for (Message.Ask ask : message.asks()) {
      Message.Deliver deliver = new Message.Deliver(message.from(), ask);
      Request request = ask.request();
      if (!residents.tell(request.key(), deliver)) {
        region.accept(deliver);
      }
    }
  }

  private void answered(Message.Replies message) {
    if (!message.to().equals(self)) {
      return; // it was meant for who had this address before
    }
    for (Message.Reply reply : message.replies()) {
      if (reply.shard() != Message.Reply.NO_SHARD && !(reply.answer() instanceof Answer.NotNow)) {
        routes.learn(reply.shard(), message.from());
      }
      host.answered(reply.ticket(), reply.answer());
    }
  }

  /** These nodes leave or have left: ask the engine where their entities are. */
  void forget(Predicate<String> gone) {
    routes.forget(gone);
    asks.keySet().removeIf(gone);
    replies.keySet().removeIf(gone);
  }
}
