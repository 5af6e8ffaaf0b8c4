package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One epoch of a node, from the start of its engine to its end: puts the parts together, stands
 * between them and the engine, and ends them in order. Begun and closed by one thread each, else
 * thread-safe.
 */
final class Life implements Engine.Host, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Life.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final Lasting node;
  private final LeaseTerms terms;
  private final LeaseGuard lease;
  private final ScheduledExecutorService claimThreads;
  private final Map<String, Map<String, LiveEntity>> live;
  private final CompletableFuture<String> death = new CompletableFuture<>();
  private final CompletableFuture<Boolean> dismissal = new CompletableFuture<>();
  private volatile @Nullable Engine engine;
  private volatile @Nullable NodeParts parts;
  private volatile @Nullable Membership membership;
  private volatile @Nullable Renewal renewal;
  private volatile @Nullable Watch watch;
  private volatile long epoch;
  private volatile boolean serving;
  private volatile boolean closing;
  private volatile String failure = "";

  Life(Lasting node) {
    this.node = node;
    this.terms = LeaseTerms.ofTtl(node.settings().leaseTtl().toNanos());
    this.lease = new LeaseGuard(node.ticker(), terms);
    this.claimThreads = node.threads().pool("claim", 2);
    this.live = node.rules().keySet().stream()
        .collect(Collectors.toUnmodifiableMap(type -> type, type -> new ConcurrentHashMap<>()));
  }

  /**
   * Starts the engine, registers, joins the others, and serves.
   *
   * @throws NotDone.CannotStart if one of these does not succeed; what was begun is to be closed
   */
  void begin() {
    Engine started = node.engines().start(engineSettings(), this);
    engine = started;
    register(started);
    new Joining(node.database().arbiter(), started, node.ticker(), lease, epoch).join();
    started.serve();
    synchronized (this) {
      if (!failure.isEmpty()) {
        throw new NotDone.CannotStart(trouble());
      }
      serving = true;
    }
    LOG.info("node {} serves as epoch {} on {}", name(), epoch, node.database().describe());
  }

  private Engine.Settings engineSettings() {
    NodeSettings settings = node.settings();
    return new Engine.Settings(
        settings.node(),
        settings.host(),
        settings.port(),
        settings.shards(),
        settings.idleTimeout(),
        settings.liveEntities(),
        settings.leaseTtl(),
        node.database().watchInterval());
  }

  /** Gets an epoch, then renews its lease and watches the others. */
  private void register(Engine started) {
    Arbiter arbiter = node.database().arbiter();
    Ticker ticker = node.ticker();
    Duration pace = node.database().watchInterval();
    String uuid = UUID.randomUUID().toString();
    epoch = new Registration(arbiter, ticker, terms, pace)
        .register(uuid, name(), started.address(), node.settings().http());
    NodeParts made = parts(arbiter);
    parts = made;
    Membership members = new Membership(started, arbiter, made.claims(), ticker);
    membership = members;
    Renewal renewing = new Renewal(
        arbiter,
        epoch,
        uuid,
        lease,
        ticker,
        node.settings().leaseTtl(),
        node.threads(),
        members::unreachable,
        () -> failed("it was declared dead by the others"));
    renewal = renewing;
    renewing.start();
    Watch watching = new Watch(
        arbiter,
        epoch,
        terms,
        ticker,
        pace,
        node.threads(),
        () -> lease.valid() && !renewing.failing(),
        rows -> seen(rows, members));
    watch = watching;
    watching.start();
  }

  private NodeParts parts(Arbiter arbiter) {
    Database database = node.database();
    return new NodeParts(
        name(),
        node.ticker(),
        lease,
        new Claims(arbiter, epoch, lease, node.ticker(), claimThreads),
        new StoreAccess(
            database.store(),
            epoch,
            database.writers(),
            node.threads(),
            new Refusals(arbiter, epoch, claimThreads)::refused),
        new OperationsJson(node.codec()),
        live,
        node.timer(),
        this::trouble);
  }

  /** Who is told to leave before it serves is told again by the next look at the rows. */
  private void seen(List<NodeRow> rows, Membership members) {
    members.update(rows);
    boolean told = rows.stream()
        .anyMatch(row -> row.epoch() == epoch && row.state() == NodeRow.State.DRAINING);
    if (told && serving && !closing) {
      dismissal.complete(true);
    }
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
    TypeRules<?> typeRules = node.rules().get(key.type());
    Claim claim = parts().claims().held(shard).orElse(null);
    if (typeRules == null) {
      return new Refusing(
          new Answer.Failed(Answer.Kind.UNKNOWN_TYPE, node.unknownType(key.type()), 0), stopped);
    }
    if (claim == null) {
      return new Refusing(new Answer.NotNow("its shard is moving"), stopped);
    }
    return new EntityWorker(key, typeRules, claim, parts(), mailbox, stopped);
  }

  @Override
  public CompletionStage<Boolean> acquire(int shard) {
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

  /** A life that is still beginning is ended by whoever begins it, which finds the lease dead. */
  @Override
  public void failed(String reason) {
    synchronized (this) {
      if (closing || !failure.isEmpty()) {
        return;
      }
      failure = reason;
      serving = false;
    }
    lease.died();
    LOG.error("node {} (epoch {}) has stopped serving: {}", name(), epoch, reason);
    NodeParts begun = parts;
    if (begun != null) {
      begun.claims().drop();
    }
    death.complete(reason);
  }

  // ---- what the node asks

  /** Why this life does not serve, for people. */
  String trouble() {
    if (!failure.isEmpty()) {
      return "node " + name() + " has stopped serving: " + failure + "; start it again";
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

  /** Whether it may serve at this moment, and does not mean to leave. */
  boolean ready() {
    return serving && !closing && lease.valid();
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
    return new LocalReads.Here(live, lease, this::engine);
  }

  /** Completes with the reason if it ends without having been closed. */
  CompletableFuture<String> death() {
    return death;
  }

  /** Completes when somebody else has told it to leave, by its row in the database. */
  CompletableFuture<Boolean> dismissal() {
    return dismissal;
  }

  /** Leaves in order if it lives, then ends everything of it. To be called once. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
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
    NodeParts begun = parts;
    if (begun != null) {
      begun.store().close();
    }
  }
}
