package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The mailbox of one live entity. What is in it is the host's. */
final class EntityActor extends AbstractBehavior<Message> {
  private final EntityKey key;
  private final int shard;
  private final Courier courier;
  private final Engine.Live live;
  private boolean done;

  private EntityActor(
      ActorContext<Message> context, EntityKey key, Engine.Host host, Courier courier) {
    super(context);
    ActorRef<Message> self = context.getSelf();
    this.key = key;
    this.shard = host.shardOf(key);
    this.courier = courier;
    this.live =
        host.activate(key, shard, task -> self.tell(new Message.Run(task)), () -> done = true);
    courier.residents().add(key, self);
  }

  /** A supervised entity: one that fails starts again, from what the database says. */
  static Behavior<Message> of(EntityKey key, Engine.Host host, Courier courier) {
    return Behaviors.supervise(
            Behaviors.<Message>setup(context -> new EntityActor(context, key, host, courier)))
        .onFailure(SupervisorStrategy.restart());
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Message.Deliver.class, this::deliver)
        .onMessage(Message.Run.class, this::run)
        .onMessage(Message.Touch.class, touch -> this)
        .onMessage(Message.Stop.class, stop -> stop())
        .onSignal(PostStop.class, signal -> ended())
        .onSignal(PreRestart.class, signal -> ended())
        .build();
  }

  private Behavior<Message> deliver(Message.Deliver deliver) {
    Message.Ask ask = deliver.ask();
    live.handle(
        ask.request(),
        answer -> courier.reply(deliver.from(), new Message.Reply(ask.ticket(), shard, answer)));
    return next();
  }

  private Behavior<Message> run(Message.Run run) {
    run.task().run();
    return next();
  }

  private Behavior<Message> stop() {
    live.stop();
    return next();
  }

  private Behavior<Message> ended() {
    courier.residents().remove(key, getContext().getSelf());
    live.ended();
    return this;
  }

  private Behavior<Message> next() {
    return done ? Behaviors.stopped() : this;
  }
}
