package dev.holdfast.verify.fire;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.HttpApi;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * A node as an application would embed it, with types of its own and the HTTP API: {@code FireNode
 * NAME HOST HTTP_PORT DATABASE USER TTL_MILLIS}. It leaves in order when it is told to end.
 */
final class FireNode {
  private static final ServerConfig.Limits LIMITS =
      new ServerConfig.Limits(20_000, 1_024, 10_000, Duration.ofSeconds(20));
  private static final int LIVE_ENTITIES = 10_000;
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final long COPIES = 16 << 20;
  private static final int LARGEST_VALUE = 1 << 18;

  private FireNode() {}

  /** Serves until it is told to end, or has been declared dead for good. */
  public static void main(String[] args) {
    try {
      log();
      Holdfast node = start(args);
      String failure = node.failure().toCompletableFuture().join();
      System.err.println(args[0] + " has stopped serving: " + failure);
      System.exit(5);
    } catch (HoldfastException | JoranException e) {
      System.err.println(args[0] + " cannot start: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Where the property says; the server's own way to log, which is silent at first, comes before.
   */
  private static void log() throws JoranException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(System.getProperty("logback.configurationFile"));
  }

  private static Holdfast start(String[] args) {
    Duration ttl = Duration.ofMillis(Long.parseLong(args[5]));
    ServerConfig config = new ServerConfig(
        new ServerConfig.Node(args[0], args[1], 0, null, false),
        new ServerConfig.DatabaseAccess(args[3], args[4], ""),
        new ServerConfig.Http(
            "127.0.0.1", Integer.parseInt(args[2]), "", null, null, false, false, LIMITS),
        ttl,
        Cluster.SHARDS,
        new ServerConfig.Memory(LIVE_ENTITIES, IDLE, COPIES),
        LARGEST_VALUE,
        new ServerConfig.Log(false),
        List.of());
    HttpApi http = HttpApi.bind(config);
    Holdfast node = embedded(args[0], args[1], args[3], args[4], ttl)
        .http(http.url())
        .beforeLeaving(http::close)
        .start();
    http.serve(node);
    Runtime.getRuntime().addShutdownHook(new Thread(node::close, "leaving"));
    var unused = node.closed().thenAccept(reason -> Runtime.getRuntime().halt(0));
    return node;
  }

  /** How each node is set up, with HTTP or without. */
  static dev.holdfast.HoldfastBuilder embedded(
      String name, String host, String database, String user, Duration ttl) {
    return Holdfast.builder()
        .node(name)
        .listen(host, 0)
        .database(database)
        .credentials(user, "")
        .serving(FireTypes.all())
        .leaseTtl(ttl)
        .shards(Cluster.SHARDS)
        .memory(LIVE_ENTITIES, IDLE)
        .copies(COPIES);
  }
}
