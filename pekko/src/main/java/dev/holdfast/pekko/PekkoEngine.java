package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.dispatch.Dispatchers;
import org.apache.pekko.dispatch.MessageDispatcher;
import org.apache.pekko.remote.UniqueAddress;
import org.apache.pekko.remote.artery.QuarantinedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates between the host and Pekko. To Pekko a shard of ours is a shard with one entity, which
 * has the same name: it places them and hands them over. What lives in a shard it never sees.
 * Thread-safe.
 */
final class PekkoEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(PekkoEngine.class);
  private static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, "entities");

  private static final Pattern SHARD = Pattern.compile("0|[1-9][0-9]{0,8}");
  private static final Duration CONNECT = Duration.ofMillis(250);
  private static final Set<MemberStatus> LEAVING = Set.of(
      MemberStatus.leaving(), MemberStatus.exiting(), MemberStatus.down(), MemberStatus.removed());

  private final ActorSystem system;
  private final Settings settings;
  private final Host host;
  private final Cluster cluster;
  private final Residents residents;
  private final Passivation passivation;
  private final Courier courier;
  private final Peers peers;
  private volatile @Nullable ActorRef<ShardingEnvelope<Message>> region;

  PekkoEngine(ActorSystem system, Settings settings, Host host) {
    this.system = system;
    this.settings = settings;
    this.host = host;
    this.cluster = Cluster.get(system);
    this.residents = new Residents(settings.shards());
    this.passivation = new Passivation(settings.liveEntities(), residents, blocking());
    this.courier =
        new Courier(system, host, address(), settings.shards(), residents, this::toRegion);
    this.peers = new Peers(system, host);
    system.actorOf(
        Props.create(Undelivered.class, () -> new Undelivered(courier::reply)), "undelivered");
    forgetWhoLeaves();
    Duration sweeps = settings.idleTimeout().dividedBy(Passivation.SWEEPS);
    system.scheduler().scheduleWithFixedDelay(sweeps, sweeps, passivation::sweep, blocking());
    cluster.registerOnMemberRemoved(() -> host.failed("the other nodes have removed it"));
    var unused = system
        .getWhenTerminated()
        .whenComplete((terminated, failure) -> host.failed("its engine has stopped"));
  }

  private MessageDispatcher blocking() {
    return system.dispatchers().lookup(Dispatchers.DefaultBlockingDispatcherId());
  }

  private void forgetWhoLeaves() {
    ActorRef<ClusterEvent.MemberEvent> listener = Adapter.spawn(
        system,
        Behaviors.<ClusterEvent.MemberEvent>receiveMessage(event -> {
          if (LEAVING.contains(event.member().status())) {
            courier.forget(Addresses.unique(event.member().uniqueAddress())::equals);
          }
          return Behaviors.same();
        }),
        "leaving");
    cluster.subscribe(
        Adapter.toClassic(listener),
        ClusterEvent.initialStateAsEvents(),
        ClusterEvent.MemberEvent.class);
  }

  @Override
  public String address() {
    return Addresses.unique(cluster.selfUniqueAddress());
  }

  @Override
  public void join(boolean form, List<String> seeds) {
    if (form) {
      cluster.join(cluster.selfAddress());
    } else {
      joinOthers(seeds.stream().map(Addresses::address).toList());
    }
  }

  /**
   * Without our own place, which a dead node may have had before us: Pekko would form a cluster.
   */
  private void joinOthers(List<Address> seeds) {
    List<Address> others =
        seeds.stream().filter(seed -> !seed.equals(cluster.selfAddress())).toList();
    if (!others.isEmpty()) {
      cluster.joinSeedNodes(others);
    }
  }

  @Override
  public boolean joined() {
    return cluster.selfMember().status() == MemberStatus.up();
  }

  @Override
  public void serve() {
    region = ClusterSharding.get(Adapter.toTyped(system))
        .init(Entity.of(
                KEY, context -> ShardActor.of(host, residents, context.getEntityId(), this::place))
            .withStopMessage(new Message.Stop())
            .withMessageExtractor(new Extractor(settings.shards()))
            .withAllocationStrategy(new DrainingAllocation(
                Addresses.place(cluster.selfAddress()),
                this::drainingPlaces,
                () -> cluster.state().getUnreachable().isEmpty(),
                new CoordinatorStart(system, KEY.name()))));
  }

  private ShardResidents place(int shard) {
    return new ShardResidents(shard, host, system.dispatcher(), passivation, courier::reply);
  }

  private Set<String> drainingPlaces() {
    return host.draining().stream().map(Addresses::place).collect(Collectors.toSet());
  }

  /** Finds the shard that an envelope is for; what is for none, Pekko drops. */
  private static final class Extractor
      extends ShardingMessageExtractor<ShardingEnvelope<Message>, Message> {
    private final int shards;

    Extractor(int shards) {
      this.shards = shards;
    }

    @Override
    public String entityId(ShardingEnvelope<Message> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      boolean isShard = SHARD.matcher(entityId).matches() && Integer.parseInt(entityId) < shards;
      return isShard ? entityId : "";
    }

    @Override
    public Message unwrapMessage(ShardingEnvelope<Message> envelope) {
      return envelope.message();
    }
  }

  @Override
  public void send(long ticket, Request request, boolean again) {
    courier.send(new Message.Ask(ticket, request), !again);
  }

  private void toRegion(Message.Deliver deliver) {
    ActorRef<ShardingEnvelope<Message>> to = region;
    if (to == null) {
      courier.reply(
          deliver.from(),
          Message.Reply.notNow(deliver.ask().ticket(), "node " + settings.node() + " is starting"));
    } else {
      int shard = host.shardOf(deliver.ask().request().key());
      to.tell(new ShardingEnvelope<>(Integer.toString(shard), deliver));
    }
  }

  @Override
  public void tell(String address, PeerMessage message) {
    peers.tell(address, message);
  }

  @Override
  public void touch(EntityKey key) {
    ShardResidents shard = residents.of(host.shardOf(key));
    if (shard != null) {
      shard.touch(key);
    }
  }

  /**
   * By this node's own failure detector: what the cluster's state calls unreachable is what anybody
   * calls so.
   */
  @Override
  public Set<String> unreachable() {
    return others()
        .filter(member -> !cluster.failureDetector().isAvailable(member.address()))
        .map(member -> Addresses.unique(member.uniqueAddress()))
        .collect(Collectors.toSet());
  }

  private Stream<Member> others() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .filter(member -> !member.uniqueAddress().equals(cluster.selfUniqueAddress()));
  }

  @Override
  public boolean listensAt(String address) {
    return Addresses.listens(address, settings.bindHost(), (int) CONNECT.toMillis());
  }

  @Override
  public Set<String> members() {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .map(member -> Addresses.unique(member.uniqueAddress()))
        .collect(Collectors.toSet());
  }

  /**
   * Quarantined first: a member is removed only once it is unreachable, which would take seconds.
   */
  @Override
  public void down(Set<String> addresses) {
    for (Member member : cluster.state().getMembers()) {
      boolean meant = addresses.contains(Addresses.unique(member.uniqueAddress()));
      boolean self = member.uniqueAddress().equals(cluster.selfUniqueAddress());
      if (meant && !self && member.status() != MemberStatus.down()) {
        LOG.info("downing {}: it is not alive in the database", member.address());
        long uid = member.uniqueAddress().longUid();
        UniqueAddress gone = new UniqueAddress(member.address(), uid);
        system.eventStream().publish(new QuarantinedEvent(gone));
        cluster.down(member.address());
      }
    }
  }

  @Override
  public void leave(Duration within) {
    var unused = CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.clusterLeavingReason());
    awaitEnd(within);
  }

  @Override
  public void close() {
    system.terminate();
    awaitEnd(Duration.ofSeconds(settings.leaseTtl().toSeconds() + 1));
  }

  private void awaitEnd(Duration within) {
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the engine did not stop within {}", within);
      system.terminate();
    } catch (InterruptedException e) {
      system.terminate();
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      LOG.warn("the engine stopped with an error", e);
    }
  }
}
