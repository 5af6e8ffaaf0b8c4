package dev.holdfast.verify.peers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.holdfast.verify.peers.PekkoWire.Answer;
import dev.holdfast.verify.peers.PekkoWire.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.HashCodeNoEnvelopeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Pekko's own Cluster Sharding: one actor for each entity, somewhere in the cluster. One actor on
 * each node gets all answers, which is the fastest way to ask. Thread-safe.
 */
final class PekkoPeer implements Peer {
  private static final EntityTypeKey<Ask> COUNTERS = EntityTypeKey.create(Ask.class, "counter");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Config CONFIG = ConfigFactory.parseString("""
      pekko {
        loglevel = WARNING
        loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
        stdout-loglevel = OFF
        actor.provider = cluster
        actor.allow-java-serialization = off
        actor.serializers.peers = "dev.holdfast.verify.peers.PekkoWire"
        actor.serialization-bindings {
          "dev.holdfast.verify.peers.PekkoWire$Ask" = peers
          "dev.holdfast.verify.peers.PekkoWire$Answer" = peers
        }
        remote.artery.transport = tcp
        remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
        cluster.jmx.enabled = off
        cluster.sharding.distributed-data.durable.keys = []
        cluster.sharding.passivation.strategy = none
        coordinated-shutdown { exit-jvm = off, run-by-actor-system-terminate = off }
      }
      """);

  /** Makes an entity. */
  interface Making {
    Behavior<Ask> entity(String id, int node);
  }

  private final List<ActorSystem> systems = new ArrayList<>();
  private final List<ActorRef<Ask>> regions = new ArrayList<>();
  private final List<ActorRef<Answer>> askers = new ArrayList<>();
  private final Map<Long, CompletableFuture<Answer>> calls = new ConcurrentHashMap<>();
  private final Map<String, Integer> owners = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  PekkoPeer(int nodes, Config config, Making making) {
    Config whole = config.withFallback(CONFIG).withFallback(ConfigFactory.load());
    for (int i = 0; i < nodes; i++) {
      ActorSystem system = ActorSystem.create("peer", whole);
      systems.add(system);
      Cluster cluster = Cluster.get(system);
      cluster.join(Cluster.get(systems.get(0)).selfAddress());
      Waiting.until(
          "node " + i + " of Pekko joins",
          PATIENCE,
          () -> cluster.selfMember().status() == MemberStatus.up());
    }
    for (int i = 0; i < nodes; i++) {
      int node = i;
      ActorSystem system = systems.get(i);
      regions.add(ClusterSharding.get(Adapter.toTyped(system))
          .init(Entity.of(COUNTERS, context -> making.entity(context.getEntityId(), node))
              .withMessageExtractor(new ById())));
      askers.add(Adapter.spawn(system, asker(), "asker", Props.empty()));
    }
  }

  /** Nothing is stored: what Cluster Sharding itself costs. */
  static Peer inMemory(Setting setting) {
    return new PekkoPeer(setting.nodes(), ConfigFactory.empty(), (id, node) -> counter(node, 0));
  }

  private static Behavior<Ask> counter(int node, long value) {
    return Behaviors.receiveMessage(ask -> {
      long now = ask.set() ? ask.value() : value;
      ask.asker().tell(new Answer(ask.call(), now, node));
      return ask.set() ? counter(node, now) : Behaviors.same();
    });
  }

  private static final class ById extends HashCodeNoEnvelopeMessageExtractor<Ask> {
    ById() {
      super(128);
    }

    @Override
    public String entityId(Ask ask) {
      return ask.id();
    }
  }

  private Behavior<Answer> asker() {
    return Behaviors.receiveMessage(answer -> {
      CompletableFuture<Answer> call = calls.remove(answer.call());
      if (call != null) {
        call.complete(answer);
      }
      return Behaviors.same();
    });
  }

  private CompletableFuture<Answer> ask(int node, String id, boolean set, long value) {
    CompletableFuture<Answer> call = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    calls.put(number, call);
    regions.get(node).tell(new Ask(id, number, set, value, askers.get(node)));
    return call;
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    return ask(node, id, false, 0).thenApply(Answer::value);
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return ask(node, id, true, value);
  }

  @Override
  public int owner(int asked, String id) {
    return owners.computeIfAbsent(id, unused -> ask(asked, id, false, 0).join().node());
  }

  @Override
  public void load(List<String> ids) {
    // nothing is stored
  }

  @Override
  public void close() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
  }
}
