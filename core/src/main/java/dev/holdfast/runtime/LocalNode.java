package dev.holdfast.runtime;

import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.JsonEntities;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Placement;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, from its registration to its end: puts the parts together, stands between them and the
 * engine, and ends them in order. Thread-safe.
 */
final class LocalNode implements Holdfast, Engine.Host {
  private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final NodeSettings settings;
  private final Database database;
  private final Ticker ticker;
  private final Threads threads;
  private final LeaseGuard lease;
  private final LeaseTerms terms;
  private final ScheduledExecutorService timer;
  private final ScheduledExecutorService claimThreads;
  private final ScheduledExecutorService listThreads;
  private final Map<String, TypeRules<?>> rules = new HashMap<>();
  private final Map<String, Map<String, LiveEntity>> live = new HashMap<>();
  private final JacksonCodec codec = new JacksonCodec();
  private final OperationNames names = new OperationNames(() -> parts().epoch());
  private final Calls calls;
  private final LocalReads reads;
  private @Nullable Engine engine;
  private @Nullable NodeParts parts;
  private @Nullable Membership membership;
  private @Nullable Renewal renewal;
  private @Nullable Watch watch;
  private long epoch;
  private volatile boolean serving;
  private volatile boolean closing;
  private volatile String failure = "";
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private LocalNode(NodeSettings settings, Database database, Ticker ticker) {
    this.settings = settings;
    this.database = database;
    this.ticker = ticker;
    this.threads = new Threads(settings.node());
    this.terms = LeaseTerms.ofTtl(settings.leaseTtl().toNanos());
    this.lease = new LeaseGuard(ticker, terms);
    this.timer = threads.pool("timer", 1);
    this.claimThreads = threads.pool("claim", 2);
    this.listThreads = threads.pool("list", 2);
    for (EntityType<?> type : settings.types()) {
      rules.put(type.name(), new TypeRules<>(type, codec, settings.largestValue()));
      live.put(type.name(), new ConcurrentHashMap<>());
    }
    this.calls = new Calls(this::engine, ticker, timer, names);
    this.reads = new LocalReads(live, lease, ticker, settings.idleTimeout(), this::engine);
  }

  static LocalNode start(
      NodeSettings settings, Database database, Engine.Provider engines, Ticker ticker) {
    LocalNode node = new LocalNode(settings, database, ticker);
    try {
      node.start(engines);
      return node;
    } catch (DatabaseException e) {
      node.close();
      throw new NotDone.CannotStart("the database does not answer: " + e.getMessage());
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void start(Engine.Provider engines) {
    Arbiter arbiter = database.arbiter();
    arbiter.open(settings.shards(), Shards.HASH_VERSION);
    Duration pace = database.watchInterval();
    Engine started = engines.start(
        new Engine.Settings(
            settings.node(),
            settings.host(),
            settings.port(),
            settings.shards(),
            settings.idleTimeout(),
            settings.liveEntities(),
            settings.leaseTtl(),
            pace),
        this);
    engine = started;
    String uuid = UUID.randomUUID().toString();
    epoch = new Registration(arbiter, ticker, terms, pace)
        .register(uuid, settings.node(), started.address(), settings.http());
    Claims claims = new Claims(arbiter, epoch, lease, ticker, claimThreads);
    StoreAccess store = new StoreAccess(database.store(), epoch, database.writers(), threads);
    parts = new NodeParts(
        settings.node(),
        epoch,
        ticker,
        lease,
        claims,
        store,
        new OperationsJson(codec),
        live,
        timer,
        this::trouble);
    Membership members = new Membership(started, arbiter, claims, ticker);
    membership = members;
    Renewal renewing = new Renewal(
        arbiter,
        epoch,
        uuid,
        lease,
        ticker,
        settings.leaseTtl(),
        threads,
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
        threads,
        () -> lease.valid() && !renewing.failing(),
        members::update);
    watch = watching;
    watching.start();
    new Joining(arbiter, started, ticker, lease, epoch).join();
    started.serve();
    synchronized (this) {
      if (!failure.isEmpty()) {
        throw new NotDone.CannotStart(trouble());
      }
      serving = true;
    }
    LOG.info("node {} serves as epoch {} on {}", settings.node(), epoch, database.describe());
  }

  private Engine engine() {
    Engine started = engine;
    if (started == null) {
      throw new NotDone.Unavailable("this node is starting", RETRY_AFTER);
    }
    return started;
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
    return Shards.of(key, settings.shards());
  }

  @Override
  public Engine.Live activate(
      EntityKey key, int shard, Consumer<Runnable> mailbox, Runnable stopped) {
    TypeRules<?> typeRules = rules.get(key.type());
    Claim claim = parts().claims().held(shard).orElse(null);
    if (typeRules == null) {
      return new Refusing(
          new Answer.Failed(Answer.Kind.UNKNOWN_TYPE, unknownType(key.type()), 0), stopped);
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
    calls.answered(ticket, answer);
  }

  /** A node that is still starting is ended by its start, which finds the lease dead. */
  @Override
  public void failed(String reason) {
    boolean started;
    synchronized (this) {
      if (closing || !failure.isEmpty()) {
        return;
      }
      failure = reason;
      started = serving;
      serving = false;
    }
    lease.died();
    LOG.error("node {} (epoch {}) has stopped serving: {}", settings.node(), epoch, reason);
    if (parts != null) {
      parts.claims().drop();
    }
    failed.complete(reason);
    if (started) {
      threads.named("end", this::close).start();
    }
  }

  private String trouble() {
    if (!failure.isEmpty()) {
      return "node " + settings.node() + " has stopped serving: " + failure + "; start it again";
    }
    Renewal renewing = renewal;
    if (renewing != null && renewing.failing()) {
      return "node " + settings.node() + " cannot renew its lease: the database does not answer";
    }
    return "the entity moves to another node";
  }

  // ---- what users ask

  @Override
  public <T> Entities<T> entities(EntityType<T> type) {
    TypeRules<?> served = rules(type.name());
    if (!served.type().equals(type)) {
      throw new NotDone.UnknownType("another type is served under the name " + type.name()
          + "; use the object that was" + " given to serving()");
    }
    return new TypedEntities<>(new TypedAsync<>(type, asking(served), reads, Call.DEFAULT));
  }

  @Override
  public JsonEntities json(String type) {
    return new JsonAccess(asking(rules(type)), reads);
  }

  private Asking asking(TypeRules<?> served) {
    return new Asking(
        served,
        codec,
        settings.largestValue(),
        calls,
        names,
        parts().store(),
        database.store(),
        listThreads,
        () -> serving ? "" : closing ? "this node is closed" : trouble());
  }

  private TypeRules<?> rules(String type) {
    TypeRules<?> served = rules.get(type);
    if (served == null) {
      throw new NotDone.UnknownType(unknownType(type));
    }
    return served;
  }

  private String unknownType(String type) {
    List<String> known = rules.keySet().stream().sorted().toList();
    return "type \"" + type + "\" is not served by node " + settings.node() + "; it serves "
        + known;
  }

  @Override
  public List<EntityType<?>> types() {
    return settings.types();
  }

  @Override
  public String node() {
    return settings.node();
  }

  @Override
  public List<NodeInfo> nodes() {
    return asked(() -> {
      Map<Long, Long> shards = database.arbiter().claims().stream()
          .collect(Collectors.groupingBy(ClaimRow::owner, Collectors.counting()));
      return database.arbiter().nodes().stream()
          .filter(row -> row.state().live())
          .map(row -> info(row, shards.getOrDefault(row.epoch(), 0L).intValue()))
          .toList();
    });
  }

  private NodeInfo info(NodeRow row, int shards) {
    String address = row.address().replaceAll("#.*", "");
    String state = row.state().name().toLowerCase(java.util.Locale.ROOT);
    boolean self = row.epoch() == epoch;
    return new NodeInfo(row.name(), row.epoch(), address, row.http(), state, shards, self);
  }

  @Override
  public Placement where(String type, String id) {
    EntityKey key = new EntityKey(rules(type).type().name(), Ids.checked(id));
    int shard = shardOf(key);
    return asked(() -> {
      ClaimRow claim = database.arbiter().claim(shard).orElse(new ClaimRow(shard, 0, 0, 0));
      String owner = database.arbiter().nodes().stream()
          .filter(row -> row.epoch() == claim.owner() && row.state().live())
          .map(NodeRow::name)
          .findFirst()
          .orElse("");
      long by = owner.isEmpty() ? 0 : claim.owner();
      return new Placement(type, id, shard, owner, by, claim.token());
    });
  }

  private static <R> R asked(java.util.function.Supplier<R> query) {
    try {
      return query.get();
    } catch (DatabaseException e) {
      throw new NotDone.Unavailable("the database does not answer: " + e.getMessage(), RETRY_AFTER);
    }
  }

  @Override
  public boolean ready() {
    return serving && lease.valid();
  }

  @Override
  public CompletionStage<String> failure() {
    return failed.minimalCompletionStage();
  }

  @Override
  public void close() {
    boolean first;
    synchronized (this) {
      first = !closing;
      closing = true;
    }
    if (!first) {
      awaitClosed();
      return;
    }
    try {
      new Ending(settings.node(), database, ticker, lease, DRAIN)
          .end(epoch, engine, parts, membership);
    } finally {
      stop();
      closed.countDown();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    serving = false;
    calls.close();
    if (watch != null) {
      watch.close();
    }
    if (renewal != null) {
      renewal.close();
    }
    timer.shutdownNow();
    claimThreads.shutdownNow();
    listThreads.shutdownNow();
    if (parts != null) {
      parts.store().close();
    }
    database.close();
  }
}
