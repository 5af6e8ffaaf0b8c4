package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
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
  private final Engine.Live live;
  private boolean done;

  private EntityActor(ActorContext<Message> context, EntityKey key, Engine.Host host) {
    super(context);
    var self = context.getSelf();
    this.live = host.activate(
        key, host.shardOf(key), task -> self.tell(new Message.Run(task)), () -> done = true);
  }

  /** A supervised entity: one that fails starts again, from what the database says. */
  static Behavior<Message> of(EntityKey key, Engine.Host host) {
    return Behaviors.supervise(
            Behaviors.<Message>setup(context -> new EntityActor(context, key, host)))
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
    live.handle(
        deliver.request(),
        answer -> deliver.replyTo().tell(new Message.Reply(deliver.ticket(), answer)));
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
    live.ended();
    return this;
  }

  private Behavior<Message> next() {
    return done ? Behaviors.stopped() : this;
  }
}
