package dev.holdfast.runtime;

import dev.holdfast.Call;
import dev.holdfast.Cluster;
import dev.holdfast.Entities;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.JsonEntities;
import dev.holdfast.NodeInfo;
import dev.holdfast.NotDone;
import dev.holdfast.Ownership;
import dev.holdfast.Placement;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The node as its users hold it: takes their calls to the {@link Life} that is now. Calls under way
 * outlast a life: what was sent and not answered is sent again, under the same operation id, to
 * whoever owns the entity by then. Thread-safe.
 */
final class LocalNode implements Holdfast {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Lasting lasting;
  private final NodeSettings settings;
  private final Database database;
  private final OperationNames names = new OperationNames(this::epoch);
  private final Metrics metrics;
  private final LocalReads reads;
  private final StoredReads storedReads;
  private final ScheduledExecutorService listThreads;
  private final Lives lives;
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private volatile boolean closing;

  private LocalNode(
      NodeSettings settings, Database database, Engine.Provider engines, Ticker ticker) {
    this.settings = settings;
    this.database = database;
    Threads threads = new Threads(settings.node());
    ScheduledExecutorService timer = threads.pool("timer", 1);
    this.listThreads = threads.pool("list", 2);
    JacksonCodec codec = new JacksonCodec();
    Map<String, TypeRules<?>> rules = new HashMap<>();
    for (EntityType<?> type : settings.types()) {
      rules.put(type.name(), new TypeRules<>(type, codec, settings.largestValue()));
    }
    this.metrics = Metrics.of(settings.metrics(), settings.tracing(), settings.node());
    this.reads = new LocalReads(ticker, metrics.reads());
    this.storedReads = new StoredReads(database.store(), threads);
    Calls calls = new Calls(this::sender, ticker, timer, names, this::copying, metrics);
    Watches watches = new Watches(
        new Watches.Threading(
            threads.pool("watches", 1), threads.pool("watch-list", 1), threads.pool("watch", 4)),
        new Looking(reads, calls),
        database.store());
    this.lasting = new Lasting(
        settings,
        database,
        engines,
        ticker,
        threads,
        codec,
        Map.copyOf(rules),
        calls,
        watches,
        timer,
        metrics);
    this.lives = new Lives(lasting, reads, this::dismissed);
    LifeGauges.register(lasting, lives, storedReads);
    database.measure(settings.metrics(), settings.node());
  }

  static LocalNode start(
      NodeSettings settings, Database database, Engine.Provider engines, Ticker ticker) {
    LocalNode node = new LocalNode(settings, database, engines, ticker);
    try {
      node.lives.begin();
      return node;
    } catch (DatabaseException e) {
      node.close();
      throw new NotDone.CannotStart("the database does not answer: " + e.getMessage());
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void dismissed() {
    lasting.threads().named("end", () -> close("it was told to drain")).start();
  }

  private long epoch() {
    return lives.epoch();
  }

  private @Nullable Copying copying() {
    Life life = lives.present();
    return life.serving() ? life.copying() : null;
  }

  private Engine sender() {
    return lives.sender();
  }

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
        lasting.codec(),
        settings.largestValue(),
        lasting.calls(),
        names,
        storedReads,
        database.store(),
        listThreads,
        lasting.watches(),
        lives::obstacle);
  }

  private TypeRules<?> rules(String type) {
    TypeRules<?> served = lasting.rules().get(type);
    if (served == null) {
      throw new NotDone.UnknownType(lasting.unknownType(type));
    }
    return served;
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
    return asked(arbiter -> {
      Map<Long, Long> shards = arbiter.claims().stream()
          .collect(Collectors.groupingBy(ClaimRow::owner, Collectors.counting()));
      return arbiter.nodes().stream()
          .filter(row -> row.state().live())
          .map(row -> info(row, shards.getOrDefault(row.epoch(), 0L).intValue()))
          .toList();
    });
  }

  private NodeInfo info(NodeRow row, int shards) {
    String address = row.address().replaceAll("#.*", "");
    String state = row.state().name().toLowerCase(Locale.ROOT);
    Life life = lives.present();
    boolean self = row.epoch() == life.epoch();
    return new NodeInfo(
        row.name(),
        row.epoch(),
        address,
        row.http(),
        state,
        shards,
        self,
        self ? life.peers().map(peers -> peers.copying().count()).orElse(0) : -1,
        self ? life.peers().map(peers -> peers.granting().count()).orElse(0) : -1);
  }

  /** The claims are read first, so that the nodes that they name are there. */
  @Override
  public Cluster cluster() {
    Life life = lives.present();
    Census census = new Census(life.epoch(), life.here());
    return asked(arbiter -> {
      List<ClaimRow> claims = arbiter.claims();
      return census.of(arbiter.nodes(), claims, settings.shards());
    });
  }

  @Override
  public Placement where(String type, String id) {
    EntityKey key = new EntityKey(rules(type).type().name(), Ids.checked(id));
    int shard = Shards.of(key, settings.shards());
    return asked(arbiter -> {
      ClaimRow claim = arbiter.claim(shard).orElse(new ClaimRow(shard, 0, 0, 0));
      String owner = arbiter.nodes().stream()
          .filter(row -> row.epoch() == claim.owner() && row.state().live())
          .map(NodeRow::name)
          .findFirst()
          .orElse("");
      long by = owner.isEmpty() ? 0 : claim.owner();
      return new Placement(type, id, shard, owner, by, claim.token());
    });
  }

  @Override
  public List<Ownership> history(String type, String id) {
    EntityKey key = new EntityKey(rules(type).type().name(), Ids.checked(id));
    int shard = Shards.of(key, settings.shards());
    return asked(arbiter -> Ownerships.of(arbiter.history(shard, Arbiter.HISTORY)));
  }

  @Override
  public List<Ownership> history(int limit) {
    if (limit < 1 || limit > Arbiter.LATEST) {
      throw new IllegalArgumentException("limit is 1 to " + Arbiter.LATEST + ", not " + limit);
    }
    return asked(arbiter -> Ownerships.ofAll(arbiter.latest(limit)));
  }

  @Override
  public void drain(String node, boolean force) {
    var unused = asked(arbiter -> {
      List<NodeRow> live =
          arbiter.nodes().stream().filter(row -> row.state().live()).toList();
      NodeRow leaving = live.stream()
          .filter(row -> row.name().equals(node))
          .findFirst()
          .orElseThrow(() -> new NotDone.UnknownNode("there is no live node \"" + node
              + "\"; there is " + live.stream().map(NodeRow::name).sorted().toList()));
      boolean others = live.stream()
          .anyMatch(row ->
              row.epoch() != leaving.epoch() && row.state() == NodeRow.State.UP && row.member());
      if (!others && !force) {
        throw new NotDone.LastNode("no other node than " + node
            + " is up: nobody would serve without it; start another one first, or force it");
      }
      arbiter.state(leaving.epoch(), NodeRow.State.DRAINING);
      return leaving;
    });
  }

  private <R> R asked(Function<Arbiter, R> query) {
    try {
      return query.apply(database.arbiter());
    } catch (DatabaseException e) {
      throw new NotDone.Unavailable("the database does not answer: " + e.getMessage(), RETRY_AFTER);
    }
  }

  @Override
  public boolean ready() {
    return lives.present().ready();
  }

  @Override
  public String obstacle() {
    return lives.unready();
  }

  @Override
  public CompletionStage<String> failure() {
    return lives.failure();
  }

  @Override
  public CompletionStage<String> closed() {
    return closed.minimalCompletionStage();
  }

  @Override
  public void close() {
    close("its application closed it");
  }

  private void close(String reason) {
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
      lives.close();
    } finally {
      stop();
      closed.complete(reason);
    }
  }

  private void awaitClosed() {
    try {
      closed.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void stop() {
    lasting.watches().close();
    lasting.calls().close();
    lasting.timer().shutdownNow();
    listThreads.shutdownNow();
    storedReads.close();
    database.close();
    metrics.close();
  }
}
