package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.DowningProvider;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Leaves it to the database who is dead: the host downs members through {@link PekkoEngine#down},
 * on no other ground. Nothing waits after a removal, since claims keep the dead from writing. Made
 * by Pekko, by name.
 */
final class DatabaseDowning extends DowningProvider {
  private final ActorSystem system;

  DatabaseDowning(ActorSystem system) {
    this.system = system;
  }

  @Override
  public FiniteDuration downRemovalMargin() {
    return FiniteDuration.apply(0, TimeUnit.MILLISECONDS);
  }

  @Override
  public Option<Props> downingActorProps() {
    return Option.apply(Props.create(Listener.class, () -> new Listener(HostSetup.hostOf(system))));
  }

  /** Ends this node when another has cut it off for good. */
  private static final class Listener extends AbstractActor {
    private final Engine.Host host;

    Listener(Engine.Host host) {
      this.host = host;
    }

    @Override
    public void preStart() {
      getContext()
          .getSystem()
          .getEventStream()
          .subscribe(getSelf(), ThisActorSystemQuarantinedEvent.class);
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(
              ThisActorSystemQuarantinedEvent.class,
              event -> host.failed("another node has cut it off"))
          .build();
    }
  }
}
