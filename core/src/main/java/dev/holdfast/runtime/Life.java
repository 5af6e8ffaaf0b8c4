package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.Downing;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One epoch of a node, from the start of its engine to its end: puts the parts together, stands
 * between them and the engine, and ends them in order. It ends by being closed, or dies before: by
 * the word of the database or of the engine. A life that died serves nothing from that moment on,
 * and still has to be closed. Begun and closed by one thread each, else thread-safe.
 */
final class Life implements Engine.Host, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Life.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Death FENCED = new Death(Death.Cause.FENCED, "the others declared it dead");
  private static final Death EVICTED =
      new Death(Death.Cause.EVICTED, "some of the others cannot reach it, and told it to go");
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final Lasting node;
  private final Birth birth;
  private final String uuid = UUID.randomUUID().toString();
  private final LeaseTerms terms;
  private final LeaseGuard lease;
  private final Uses uses;
  private final ScheduledExecutorService claimThreads;
  private final Map<String, Map<String, LiveEntity>> live;
  private final CountDownLatch over = new CountDownLatch(1);
  private final CompletableFuture<Death> death = new CompletableFuture<>();
  private final CompletableFuture<Boolean> dismissal = new CompletableFuture<>();
  private volatile @Nullable Engine engine;
  private volatile @Nullable NodeParts parts;
  private volatile @Nullable Peers peers;
  private volatile @Nullable Membership membership;
  private volatile @Nullable Renewal renewal;
  private volatile @Nullable Watch watch;
  private volatile long epoch;
  private volatile boolean begun;
  private volatile boolean serving;
  private volatile boolean closing;
  private long servingSinceNanos;

  Life(Lasting node, Birth birth) {
    this.node = node;
    this.birth = birth;
    this.terms = LeaseTerms.ofTtl(node.settings().leaseTtl().toNanos());
    this.lease = new LeaseGuard(node.ticker(), terms);
    this.uses = new Uses(node.settings().idleTimeout(), this::engine);
    this.claimThreads = node.threads().pool("claim", 2);
    this.live = node.rules().keySet().stream()
        .collect(Collectors.toUnmodifiableMap(type -> type, type -> new ConcurrentHashMap<>()));
  }

  /**
   * Starts the engine, registers, joins the others, and serves.
   *
   * @throws NotDone.CannotStart if one of these does not succeed; what was begun is to be closed
   * @throws NameTaken if another live node has the name
   */
  void begin() {
    Engine started = node.engines().start(node.engineSettings(birth.port()), this);
    engine = started;
    Arbiter arbiter = node.database().arbiter();
    if (birth.approaches()) {
      new Approach(arbiter, started, node.ticker(), this::pause).await();
      arbiter.open(node.settings().shards(), Arbiter.HASH_VERSION); // it may be another by now
    }
    register(started);
    new Joining(arbiter, started, node.ticker(), this::pause, epoch, birth.probation()).join();
    started.serve();
    synchronized (this) {
      if (death.isDone()) {
        throw new NotDone.CannotStart(trouble());
      }
      servingSinceNanos = node.ticker().nanos();
      begun = true;
      serving = true;
    }
    LOG.info("node {} serves as epoch {} on {}", name(), epoch, node.database().describe());
  }

  private void pause(Duration time) {
    try {
      if (over.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new NotDone.CannotStart(
            death.isDone() ? trouble() : "node " + name() + " was closed while it started");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotDone.CannotStart("interrupted while starting");
    }
  }

  /** Gets an epoch, then renews its lease and watches the others. */
  private void register(Engine started) {
    Arbiter arbiter = node.database().arbiter();
    Ticker ticker = node.ticker();
    Duration pace = node.database().watchInterval();
    Duration ttl = node.settings().leaseTtl();
    long outlastNanos = Peers.terms(node.database()).outlastNanos();
    epoch = new Registration(arbiter, ticker, pace, outlastNanos, this::pause)
        .register(new Registration.Entry(
            uuid, birth.earlier(), name(), started.address(), node.settings().http(), ttl));
    Peers others = new Peers(node, epoch, started, lease);
    peers = others;
    NodeParts made = parts(arbiter, started, others);
    parts = made;
    Membership members = new Membership(
        started,
        arbiter,
        made.claims(),
        ticker,
        epoch,
        this::learned,
        node.calls()::hurry,
        () -> Optional.ofNullable(renewal).ifPresent(Renewal::soon),
        others::live,
        node.metrics().node());
    membership = members;
    Renewal renewing = new Renewal(
        arbiter,
        epoch,
        uuid,
        lease,
        ticker,
        new BootClock(ticker),
        ttl,
        node.threads(),
        members::unreachable,
        this::notRenewed,
        node.metrics().node());
    renewal = renewing;
    renewing.start();
    Watch watching = new Watch(
        arbiter,
        epoch,
        ticker,
        pace,
        outlastNanos,
        node.threads(),
        () -> lease.valid() && !renewing.failing(),
        members,
        node.metrics().node());
    watch = watching;
    watching.start();
  }

  private NodeParts parts(Arbiter arbiter, Engine started, Peers others) {
    Database database = node.database();
    return new NodeParts(
        name(),
        started.address(),
        epoch,
        node.ticker(),
        lease,
        new Claims(arbiter, epoch, lease, node.ticker(), claimThreads, others.granting()::recall),
        others.granting(),
        others.feeds(),
        Resting.begun(node.ticker(), claimThreads),
        new StoreAccess(
            database.store(),
            epoch,
            database.writers(),
            node.threads(),
            new Refusals(arbiter, epoch, claimThreads)::refused,
            node.metrics().store()),
        new OperationsJson(node.codec()),
        node.rules(),
        live,
        node.timer(),
        node.metrics(),
        this::trouble);
  }

  private String name() {
    return node.settings().node();
  }

  private NodeParts parts() {
    NodeParts started = parts;
    if (started == null) {
      throw new NotDone.Unavailable("this node is starting", RETRY_AFTER);
    }
    return started;
  }

  // ---- what the engine asks

  @Override
  public int shardOf(EntityKey key) {
    return Shards.of(key, node.settings().shards());
  }

  @Override
  public Engine.Live activate(
      EntityKey key, int shard, Consumer<Runnable> mailbox, Runnable stopped) {
    Claim claim = parts().claims().held(shard).orElse(null);
    if (!node.rules().containsKey(key.type())) {
      return new Refusing(
          new Answer.Failed(Answer.Kind.UNKNOWN_TYPE, node.unknownType(key.type()), 0), stopped);
    }
    if (claim == null) {
      return new Refusing(new Answer.NotNow("its shard is moving"), stopped);
    }
    return new EntityWorker(key, claim, parts(), mailbox, stopped);
  }

  /** Of a life that is over it is not completed: the engine would ask again and again. */
  @Override
  public CompletionStage<Boolean> acquire(int shard) {
    if (death.isDone()) {
      return new CompletableFuture<>();
    }
    return parts().claims().acquire(shard);
  }

  @Override
  public void onLost(int shard, Runnable lost) {
    parts().claims().onLost(shard, lost);
  }

  @Override
  public CompletionStage<Boolean> release(int shard) {
    return parts().claims().release(shard);
  }

  @Override
  public boolean holds(int shard) {
    return parts().claims().held(shard).isPresent() && lease.valid();
  }

  @Override
  public Set<String> draining() {
    Membership members = membership;
    return members == null ? Set.of() : members.draining();
  }

  @Override
  public void answered(long ticket, Answer answer) {
    node.calls().answered(ticket, answer);
  }

  @Override
  public void told(PeerMessage message) {
    peers().ifPresent(others -> others.told(message));
  }

  @Override
  public void failed(String reason) {
    die(new Death(Death.Cause.ENGINE, reason));
  }

  // ---- how it dies

  /** Who is told to leave before it serves is told again by the next look at the rows. */
  private void learned(Downing.Fate fate) {
    if (fate != Downing.Fate.LEAVES) {
      die(fate == Downing.Fate.GOES ? EVICTED : FENCED);
    } else if (serving && !closing) {
      dismissal.complete(true);
    }
  }

  /** The lease cannot be renewed any more. Why that is matters only for what to do next. */
  private void notRenewed() {
    boolean told = false;
    try {
      told = node.database().arbiter().nodes().stream()
          .anyMatch(row -> row.epoch() == epoch && row.state() == NodeRow.State.EVICTING);
    } catch (DatabaseException e) {
      LOG.debug("it is not known why the lease is over", e);
    }
    die(told ? EVICTED : FENCED);
  }

  /** Serves nothing from now on. What of it is in memory is dropped at once. */
  private void die(Death how) {
    synchronized (this) {
      if (closing || death.isDone()) {
        if (how.equals(FENCED)) {
          lease.died();
        }
        return;
      }
      serving = false;
      lease.died();
      death.complete(how);
    }
    node.metrics().node().died(how.cause());
    NodeParts made = parts;
    if (made != null) {
      made.claims().drop();
    }
    live.values().forEach(Map::clear);
    peers().ifPresent(others -> others.copying().end());
    over.countDown();
    LOG.warn("node {} (epoch {}) has stopped serving: {}", name(), epoch, how.reason());
  }

  // ---- what the node asks

  /** Why this life does not serve, for people. */
  String trouble() {
    Death how = death.getNow(null);
    if (how != null) {
      return "node " + name() + " starts again: " + how.reason();
    }
    Renewal renewing = renewal;
    if (renewing != null && renewing.failing()) {
      return "node " + name() + " cannot renew its lease: the database does not answer";
    }
    return "the entity moves to another node";
  }

  boolean serving() {
    return serving;
  }

  /** Whether its engine can carry calls; the last of them after it has stopped serving. */
  boolean sends() {
    return begun && !death.isDone();
  }

  /** Whether it may serve at this moment, and does not mean to leave. */
  boolean ready() {
    return serving && !closing && lease.valid();
  }

  /** Why it serves without being ready, for people. */
  String unready() {
    if (closing) {
      return "node " + name() + " is leaving: it hands its entities over";
    }
    return "node " + name() + " does not hold its lease: the database does not answer in time";
  }

  /** For how long it has served, or did. */
  long servedNanos() {
    return servingSinceNanos == 0 ? 0 : node.ticker().nanos() - servingSinceNanos;
  }

  String uuid() {
    return uuid;
  }

  /** Whether its engine was started. */
  boolean listened() {
    return engine != null;
  }

  /** Where its engine listens; where it was to listen, if it was not started. */
  int port() {
    Engine started = engine;
    if (started == null) {
      return birth.port();
    }
    String address = started.address();
    return Integer.parseInt(
        address.substring(address.lastIndexOf(':') + 1, address.lastIndexOf('#')));
  }

  /** 0 before it is registered. */
  long epoch() {
    return epoch;
  }

  /**
   * The engine.
   *
   * @throws NotDone.Unavailable if it is not started yet
   */
  Engine engine() {
    Engine started = engine;
    if (started == null) {
      throw new NotDone.Unavailable("this node is starting", RETRY_AFTER);
    }
    return started;
  }

  /** What local readers need of it. */
  LocalReads.Here here() {
    return new LocalReads.Here(live, lease, uses, this::copying);
  }

  /** Its parts; empty before it is registered. */
  Optional<NodeParts> started() {
    return Optional.ofNullable(parts);
  }

  /** How many nodes are up, as it sees it. */
  int liveNodes() {
    Membership members = membership;
    return members == null ? 0 : members.live();
  }

  /** What it has to do with others about copies; empty before it is registered. */
  Optional<Peers> peers() {
    return Optional.ofNullable(peers);
  }

  /** The copies it keeps; null before it is registered. */
  @Nullable Copying copying() {
    Peers others = peers;
    return others == null ? null : others.copying();
  }

  /** Completes if it ends without having been closed; dependents run on any thread. */
  CompletableFuture<Death> death() {
    return death;
  }

  /** Lets a beginning that is under way fail soon; of no effect on a life that serves. */
  void hurry() {
    over.countDown();
  }

  /** Completes when somebody else has told it to leave, by its row in the database. */
  CompletableFuture<Boolean> dismissal() {
    return dismissal;
  }

  /** Leaves in order if it lives, then ends everything of it. Of no effect when repeated. */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    if (!serving) {
      lease.died(); // there is nothing to hand over
    }
    try {
      ending().end(epoch, engine, parts, membership);
    } finally {
      stop();
    }
  }

  private Ending ending() {
    return new Ending(
        name(), node.database(), node.ticker(), lease, DRAIN, this::lastCalls, node.calls());
  }

  private void lastCalls() {
    try {
      node.settings().beforeLeaving().run();
    } catch (RuntimeException e) { // of the application; it must not keep the node from leaving
      LOG.error("what node {} was to do before it leaves has failed", name(), e);
    }
    serving = false;
  }

  private void stop() {
    serving = false;
    Watch watching = watch;
    if (watching != null) {
      watching.close();
    }
    Renewal renewing = renewal;
    if (renewing != null) {
      renewing.close();
    }
    claimThreads.shutdownNow();
    peers().ifPresent(Peers::close);
    NodeParts made = parts;
    if (made != null) {
      made.store().close();
    }
  }
}
