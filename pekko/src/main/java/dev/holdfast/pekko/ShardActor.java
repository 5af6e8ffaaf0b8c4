package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
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
  private boolean here;

  private ShardActor(
      ActorContext<Message> context, Engine.Host host, Residents node, ShardResidents residents) {
    super(context);
    this.host = host;
    this.node = node;
    this.residents = residents;
    this.here = node.add(residents);
  }

  /**
   * One that ends at once if it is not where the shard of its name is: whoever can send messages to
   * a node can have Pekko start one in any shard, and no entity may live in two.
   *
   * @param name of the shard, a number
   * @param residents makes a place for the entities of a shard
   */
  static Behavior<Message> of(
      Engine.Host host, Residents node, String name, IntFunction<ShardResidents> residents) {
    return Behaviors.setup(context -> {
      if (!context.getSelf().path().parent().name().equals(name)) {
        context.getLog().warn("somebody takes a shard for an entity of another");
        return Behaviors.stopped();
      }
      return new ShardActor(context, host, node, residents.apply(Integer.parseInt(name)));
    });
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

  private Behavior<Message> deliver(Message.Deliver deliver) {
    here = here || node.add(residents);
    if (!here) {
      residents.refuse(deliver);
    } else if (host.shardOf(deliver.ask().request().key()) == residents.shard()) {
      handOver(deliver);
    } else { // under another claim than its own an entity would not be safe
      getContext()
          .getLog()
          .warn("node {} takes an entity for one of another shard", deliver.from());
    }
    return this;
  }

  /** If that fails, all the others stay. */
  private void handOver(Message.Deliver deliver) {
    try {
      residents.deliver(deliver);
    } catch (RuntimeException e) {
      getContext().getLog().error("a request was not handed over", e);
    }
  }

  private Behavior<Message> stop() {
    ActorRef<Message> self = getContext().getSelf();
    residents.leave(() -> self.tell(new Message.Left()));
    return this;
  }

  /** What an entity is just doing goes on; those of a later stay do not come before its end. */
  private Behavior<Message> ended() {
    residents.end(() -> node.remove(residents));
    return this;
  }
}
