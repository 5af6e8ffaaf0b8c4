package dev.holdfast.pekko;

import java.time.Duration;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.cluster.sharding.ShardCoordinator$Internal$StateInitialized$;
import org.jspecify.annotations.Nullable;

/**
 * Spares a new coordinator half a second in which it answers nobody.
 *
 * <p>A coordinator that has read its state sends itself a message after 500 ms, which no setting
 * changes, and begins its work when that comes. Meanwhile it may learn of regions that are gone.
 * Here it has nothing to learn: a node is removed before a coordinator starts in its stead, and
 * what is placed on a region that turns out to be gone is placed again. So the same message is sent
 * to it, again and again until it works.
 *
 * <p>In every other state of the coordinator the message is without effect. Before it has its state
 * it ignores it, during an update it puts it aside for later, and once it works it ignores it, as
 * it then does with its own.
 *
 * <p>Thread-safe.
 */
final class CoordinatorStart {
  private static final Object BEGIN = ShardCoordinator$Internal$StateInitialized$.MODULE$;
  private static final Duration EVERY = Duration.ofMillis(10);

  /** Then it works, or is not there any more. */
  private static final int AT_MOST = 500;

  private final ActorSystem system;
  private final ActorSelection coordinator;
  private @Nullable Cancellable urging;
  private int left;

  /** @param type the name of the sharded type */
  CoordinatorStart(ActorSystem system, String type) {
    this.system = system;
    this.coordinator =
        system.actorSelection("/system/sharding/" + type + "Coordinator/singleton/coordinator");
  }

  /** A coordinator starts on this node. */
  synchronized void begun() {
    works();
    left = AT_MOST;
    urging =
        system.scheduler().scheduleWithFixedDelay(EVERY, EVERY, this::urge, system.dispatcher());
  }

  private synchronized void urge() {
    if (left-- > 0) {
      coordinator.tell(BEGIN, ActorRef.noSender());
    } else {
      works();
    }
  }

  /** It has begun its work. */
  synchronized void works() {
    Cancellable begun = urging;
    if (begun != null) {
      begun.cancel();
      urging = null;
    }
  }
}
