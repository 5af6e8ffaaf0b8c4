package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.sharding.ShardCoordinator$Internal$StateInitialized$;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoordinatorStartTest {
  private final ActorSystem system = ActorSystem.create(
      "test", ConfigFactory.parseString("pekko.log-dead-letters = off, pekko.loglevel = off"));
  private final List<Object> told = new CopyOnWriteArrayList<>();
  private final CoordinatorStart start = new CoordinatorStart(system, "entities");

  @AfterEach
  void stop() {
    system.terminate();
  }

  /** An actor with others below it, of which the last one is where Pekko has its coordinator. */
  private final class Place extends AbstractActor {
    Place(List<String> below) {
      if (!below.isEmpty()) {
        getContext().actorOf(place(below.subList(1, below.size())), below.get(0));
      }
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(told::add).build();
    }
  }

  private Props place(List<String> below) {
    return Props.create(Place.class, () -> new Place(below));
  }

  @Test
  void aNewCoordinatorIsToldToBeginUntilItWorks() {
    List<String> path = List.of("entitiesCoordinator", "singleton", "coordinator");
    ((ExtendedActorSystem) system).systemActorOf(place(path), "sharding");
    start.begun();
    await().until(() -> told.size() >= 3);
    assertThat(told).containsOnly(ShardCoordinator$Internal$StateInitialized$.MODULE$);
    start.works();
    AtomicInteger before = new AtomicInteger();
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> before.getAndSet(told.size()) == told.size());
  }
}
