package dev.holdfast;

import dev.holdfast.runtime.Launcher;
import dev.holdfast.runtime.NodeSettings;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what a node is to be, then starts it. Not thread-safe.
 *
 * <p>Left alone it stands for a node {@code node} on the embedded database
 * {@code holdfast-data/holdfast.db}.
 */
public final class HoldfastBuilder {
  private String node = "node";
  private String databaseUrl = "jdbc:sqlite:holdfast-data/holdfast.db";
  private String user = "";
  private String password = "";
  private Database.@Nullable Provider databaseProvider;
  private Engine.@Nullable Provider engineProvider;
  private List<EntityType<?>> types = List.of();
  private String host = "127.0.0.1";
  private int port;
  private String http = "";
  private Duration leaseTtl = Duration.ofSeconds(3);
  private int shards = 128;
  private int liveEntities = 10_000;
  private Duration idleTimeout = Duration.ofMinutes(2);
  private long copyBytes = 64 * 1024 * 1024;
  private int largestValue = 256 * 1024;
  private Runnable beforeLeaving = () -> {};
  private MeterRegistry metrics = new CompositeMeterRegistry();
  private OpenTelemetry tracing = OpenTelemetry.noop();
  private Engine.@Nullable Tls tls;
  private boolean unencrypted;

  HoldfastBuilder() {}

  /**
   * The database by its JDBC URL, such as {@code jdbc:postgresql://db/shop} or
   * {@code jdbc:sqlite:data/shop.db}. All nodes of a cluster name the same one.
   */
  public HoldfastBuilder database(String url) {
    databaseUrl = url;
    return this;
  }

  /** The embedded database in that folder, which is made if it is not there. */
  public HoldfastBuilder database(Path folder) {
    return database("jdbc:sqlite:" + folder.resolve("holdfast.db"));
  }

  /** User and password for the database. */
  public HoldfastBuilder credentials(String user, String password) {
    this.user = user;
    this.password = password;
    return this;
  }

  /** A database that is not found by its URL; for tests and for stores of your own. */
  public HoldfastBuilder database(Database.Provider provider, String url) {
    databaseProvider = provider;
    databaseUrl = url;
    return this;
  }

  /** Another engine than the one on the class path; for tests. */
  public HoldfastBuilder engine(Engine.Provider provider) {
    engineProvider = provider;
    return this;
  }

  /** This node's name, {@code [a-z][a-z0-9-]{0,31}}, unique among the nodes that are up. */
  public HoldfastBuilder node(String name) {
    node = name;
    return this;
  }

  /** The types served; every node of a cluster should serve the same. */
  public HoldfastBuilder serving(EntityType<?>... types) {
    return serving(Arrays.asList(types));
  }

  /** The types served. */
  public HoldfastBuilder serving(Collection<EntityType<?>> types) {
    this.types = List.copyOf(types);
    return this;
  }

  /**
   * Where other nodes reach this one: an address of this machine and a port, 0 for any free one.
   * The default, {@code 127.0.0.1} and 0, is for nodes on one machine. An address that other
   * machines can reach needs {@link #tls}.
   */
  public HoldfastBuilder listen(String host, int port) {
    this.host = host;
    this.port = port;
    return this;
  }

  /**
   * Has nodes know each other by certificates and encrypt what they say. All are PEM files, and are
   * read anew when they change. The certificate must name the host of {@link #listen}. The
   * authorities should sign nodes' certificates and nothing else, for whoever has one can speak to
   * nodes as a node does.
   *
   * @param key unencrypted PKCS #8
   */
  public HoldfastBuilder tls(Path certificate, Path key, Path authorities) {
    tls = new Engine.Tls(certificate, key, authorities);
    return this;
  }

  /**
   * Lets the node listen without TLS on an address that other machines can reach. Only for a
   * network in which something else keeps others away and encrypts, such as a service mesh: whoever
   * reaches the port can do everything.
   */
  public HoldfastBuilder unencrypted() {
    unencrypted = true;
    return this;
  }

  /** The URL of this node's HTTP API, told to whoever asks for the nodes. */
  public HoldfastBuilder http(String url) {
    http = url;
    return this;
  }

  /**
   * How long a node may be silent before others may take its entities: 1 s to 60 s, 3 s by default.
   * Shorter means faster recovery, and more nodes taken for dead that only paused.
   */
  public HoldfastBuilder leaseTtl(Duration ttl) {
    leaseTtl = ttl;
    return this;
  }

  /**
   * Into how many shards the ids are divided: 1 to 4,096, 128 by default. Fixed for ever when the
   * database is first used; about ten per node is plenty.
   */
  public HoldfastBuilder shards(int shards) {
    this.shards = shards;
    return this;
  }

  /**
   * How many entities the node keeps in memory (10,000 by default), and how long idle ones (2 min).
   */
  public HoldfastBuilder memory(int liveEntities, Duration idleTimeout) {
    this.liveEntities = liveEntities;
    this.idleTimeout = idleTimeout;
    return this;
  }

  /**
   * How much memory the copies may take that this node keeps of entities which others own, in
   * bytes, roughly: 64 MiB by default, at least 1 MiB. With 0 it keeps none, and each read of such
   * an entity costs a round trip.
   */
  public HoldfastBuilder copies(long bytes) {
    copyBytes = bytes;
    return this;
  }

  /** The largest value in bytes of UTF-8: 1 to 1 MiB, 256 KiB by default. */
  public HoldfastBuilder largestValue(int bytes) {
    largestValue = bytes;
    return this;
  }

  /**
   * What is to be done when the node leaves, be it closed or told to drain from outside: after the
   * others have taken its entities over, while it still answers calls. Here an application takes no
   * more requests of its own, and lets those under way end; then none of them fails. Runs once, on
   * a thread that may block; not at all if the node was declared dead. It must not close the node,
   * which waits for it.
   */
  public HoldfastBuilder beforeLeaving(Runnable task) {
    beforeLeaving = task;
    return this;
  }

  /**
   * Where the node's metrics go, each named {@code holdfast.…} and tagged with the node's name;
   * nowhere by default. They are taken out again when the node is closed. An entity's id is never a
   * tag. docs/operating.md tells what there is and what it means.
   */
  public HoldfastBuilder metrics(MeterRegistry registry) {
    metrics = registry;
    return this;
  }

  /**
   * Where the node's spans go: one for each call to an owner, within the span of the caller's
   * thread, and one for each commit; nowhere by default. Reads from memory have none, and no span
   * has the value of an entity.
   */
  public HoldfastBuilder tracing(OpenTelemetry telemetry) {
    tracing = telemetry;
    return this;
  }

  /**
   * Starts the node; returns when it serves, which takes a second or two.
   *
   * @throws NotDone.CannotStart if it cannot; the message says why and what to do
   */
  public Holdfast start() {
    return Launcher.start(new NodeSettings(
        node,
        databaseUrl,
        user,
        password,
        databaseProvider,
        engineProvider,
        types,
        host,
        port,
        http,
        leaseTtl,
        shards,
        liveEntities,
        idleTimeout,
        copyBytes,
        largestValue,
        beforeLeaving,
        metrics,
        tracing,
        tls,
        unencrypted));
  }
}
