package dev.holdfast.verify.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.ShardRegion.HashCodeMessageExtractor;
import org.apache.pekko.pattern.Patterns;
import org.awaitility.Awaitility;

/**
 * What is measured against: Pekko's own sharding with nothing around it. An entity is an actor that
 * answers a text of the length of our answer. Thread-safe.
 *
 * <p>It can be asked in two ways: as applications do, where Pekko makes an address for each answer,
 * or with one actor for all answers, which is faster when many questions are under way.
 */
final class BareSharding implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Config CONFIG =
      ConfigFactory.parseString("""
          pekko {
            loglevel = WARNING
            actor.provider = cluster
            actor.allow-java-serialization = off
            remote.artery.transport = tcp
            remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            cluster.jmx.enabled = off
            cluster.sharding.distributed-data.durable.keys = []
            cluster.sharding.passivation.strategy = none
            coordinated-shutdown.exit-jvm = off
          }
          """).withFallback(ConfigFactory.load());

  private final List<ActorSystem> systems = new ArrayList<>();
  private final List<ActorRef> regions = new ArrayList<>();
  private final List<ActorRef> receivers = new ArrayList<>();
  private final Map<String, CompletableFuture<String>> told = new ConcurrentHashMap<>();

  BareSharding(int nodes) {
    for (int i = 0; i < nodes; i++) {
      ActorSystem system = ActorSystem.create("bare", CONFIG);
      Cluster cluster = Cluster.get(system);
      cluster.join(i == 0 ? cluster.selfAddress() : Cluster.get(systems.get(0)).selfAddress());
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> cluster.selfMember().status() == MemberStatus.up());
      systems.add(system);
      regions.add(ClusterSharding.get(system)
          .start(
              "counter",
              Props.create(
                  Counter.class, () -> new Counter(cluster.selfAddress().toString())),
              ClusterShardingSettings.create(system),
              new ById()));
      receivers.add(system.actorOf(Props.create(Receiver.class, () -> new Receiver(told))));
    }
  }

  private static final class ById extends HashCodeMessageExtractor {
    ById() {
      super(128);
    }

    @Override
    public String entityId(Object message) {
      return (String) message;
    }
  }

  private static final class Counter extends AbstractActor {
    private final String answer;

    Counter(String owner) {
      this.answer = owner + " {\"count\":0}";
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(String.class, id -> getSender().tell(answer + " " + id, getSelf()))
          .build();
    }
  }

  private static final class Receiver extends AbstractActor {
    private final Map<String, CompletableFuture<String>> told;

    Receiver(Map<String, CompletableFuture<String>> told) {
      this.told = told;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().match(String.class, this::answered).build();
    }

    private void answered(String answer) {
      CompletableFuture<String> call = told.remove(answer.substring(answer.lastIndexOf(' ') + 1));
      if (call != null) {
        call.complete(answer);
      }
    }
  }

  /** One question about an entity at a time. */
  CompletionStage<String> tell(int node, String id) {
    CompletableFuture<String> call = new CompletableFuture<>();
    told.put(id, call);
    regions.get(node).tell(id, receivers.get(node));
    return call;
  }

  CompletionStage<String> ask(int node, String id) {
    return Patterns.ask(regions.get(node), id, PATIENCE).thenApply(String.class::cast);
  }

  /** Whether that node gave the answer. */
  boolean answered(int node, String answer) {
    return answer.startsWith(Cluster.get(systems.get(node)).selfAddress() + " ");
  }

  @Override
  public void close() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
  }
}
