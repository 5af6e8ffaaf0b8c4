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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.HashCodeNoEnvelopeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.Patterns;

/**
 * Pekko's own Cluster Sharding: one actor for each entity, somewhere in the cluster. One actor on
 * each node gets all answers, which is the fastest way to ask. Thread-safe.
 */
final class PekkoPeer implements Peer {
  private static final EntityTypeKey<Ask> COUNTERS = EntityTypeKey.create(Ask.class, "counter");
  private static final String NAME = "peer";
  private static final String HOST = "127.0.0.1";
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
        remote.artery.canonical.hostname = "127.0.0.1"
        cluster.jmx.enabled = off
        cluster.sharding.distributed-data.durable.keys = []
        cluster.sharding.passivation.strategy = none
        # What Pekko recommends: all shards that are to move do so at once.
        cluster.sharding.least-shard-allocation-strategy.rebalance-absolute-limit = 20
        coordinated-shutdown { exit-jvm = off, run-by-actor-system-terminate = off }
      }
      """);

  /** For nodes that fail: what the manual says for so few of them. */
  private static final Config DOWNING = ConfigFactory.parseString("""
      pekko.cluster {
        downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
        split-brain-resolver { active-strategy = keep-majority, stable-after = 7s }
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
  private final AtomicLong numbers = new AtomicLong();
  private final boolean whole;

  PekkoPeer(Setting setting, Config config, Making making) {
    this.whole = setting.isWhole();
    for (int node : setting.here()) {
      ActorSystem system = ActorSystem.create(NAME, config(setting, node, config));
      systems.add(system);
      Cluster cluster = Cluster.get(system);
      cluster.join(new Address("pekko", NAME, HOST, setting.ports().get(0)));
      Waiting.until(
          "node " + node + " of Pekko joins",
          PATIENCE,
          () -> cluster.selfMember().status() == MemberStatus.up());
    }
    for (int i = 0; i < systems.size(); i++) {
      int node = setting.here().get(i);
      ActorSystem system = systems.get(i);
      regions.add(ClusterSharding.get(Adapter.toTyped(system))
          .init(Entity.of(COUNTERS, context -> making.entity(context.getEntityId(), node))
              .withMessageExtractor(new ById())));
      askers.add(Adapter.spawn(system, asker(), "asker", Props.empty()));
    }
    if (whole) {
      systems.forEach(system -> Waiting.until(
          "all nodes of Pekko have registered",
          PATIENCE,
          () -> regions(system) == setting.nodes()));
    }
  }

  /** How many nodes may be given shards. */
  private static int regions(ActorSystem system) {
    var region =
        org.apache.pekko.cluster.sharding.ClusterSharding.get(system).shardRegion(COUNTERS.name());
    Object answer = Patterns.ask(
            region, ShardRegion.getCurrentRegionsInstance(), Duration.ofSeconds(5))
        .toCompletableFuture()
        .join();
    return ((ShardRegion.CurrentRegions) answer).getRegions().size();
  }

  /** Nothing is stored: what Cluster Sharding itself costs. */
  static Peer inMemory(Setting setting) {
    return new PekkoPeer(setting, ConfigFactory.empty(), (id, node) -> counter(node, 0));
  }

  private static Config config(Setting setting, int node, Config config) {
    Config port = ConfigFactory.parseMap(
        Map.of("pekko.remote.artery.canonical.port", setting.ports().get(node)));
    return port.withFallback(config)
        .withFallback(setting.isWhole() ? ConfigFactory.empty() : DOWNING)
        .withFallback(CONFIG)
        .withFallback(ConfigFactory.load());
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
    return ask(asked, id, false, 0)
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join()
        .node();
  }

  @Override
  public void load(List<String> ids) {
    // nothing is stored
  }

  @Override
  public void close() {
    if (whole) {
      systems.forEach(ActorSystem::terminate);
    } else {
      systems.forEach(
          system -> CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason()));
    }
    systems.forEach(system -> system
        .getWhenTerminated()
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join());
  }
}
