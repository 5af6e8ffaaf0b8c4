package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One shard, as the engine sees it: here as long as this lives, and told to leave before it goes
 * elsewhere.
 */
final class ShardActor extends AbstractBehavior<Message> {
  private final Engine.Host host;
  private final Residents node;
  private final ShardResidents residents;

  private ShardActor(
      ActorContext<Message> context, Engine.Host host, Residents node, ShardResidents residents) {
    super(context);
    this.host = host;
    this.node = node;
    this.residents = residents;
    node.add(residents);
  }

  static Behavior<Message> of(Engine.Host host, Residents node, ShardResidents residents) {
    return Behaviors.setup(context -> new ShardActor(context, host, node, residents));
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Message.Deliver.class, this::deliver)
        .onMessage(Message.Stop.class, stop -> stop())
        .onMessage(Message.Left.class, left -> Behaviors.stopped())
        .onSignal(PostStop.class, signal -> ended())
        .build();
  }

  /** Which shard a request is for is settled here: under another claim it would not be safe. */
  private Behavior<Message> deliver(Message.Deliver deliver) {
    if (host.shardOf(deliver.ask().request().key()) == residents.shard()) {
      residents.deliver(deliver);
    } else {
      getContext()
          .getLog()
          .warn("node {} takes an entity for one of another shard", deliver.from());
    }
    return this;
  }

  private Behavior<Message> stop() {
    residents.leave(() -> getContext().getSelf().tell(new Message.Left()));
    return this;
  }

  private Behavior<Message> ended() {
    node.remove(residents);
    residents.end();
    return this;
  }
}
