package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.NotDone;
import dev.holdfast.server.config.DeclaredType;
import dev.holdfast.server.config.ServerConfig;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A node's HTTP server. It takes its port first and answers 503 until the node {@link #serve}s, so
 * that a port which is taken is noticed before anything is half-done. Thread-safe.
 */
public final class HttpApi implements AutoCloseable {
  private static final int MOST_REQUESTS = 4_096;
  private static final int WORKER_THREADS = 16;
  private static final long GRACE_MILLIS = 3_000;

  /** What a body may have beyond the largest value: white space. */
  private static final int BODY_SLACK = 4 * 1024;

  private final String node;
  private final String url;
  private final Undertow undertow;
  private final GracefulShutdownHandler graceful;
  private volatile @Nullable Holdfast holdfast;
  private volatile boolean leaving;

  private HttpApi(ServerConfig config) {
    node = config.node().name();
    Map<String, JsonNode> schemas = new HashMap<>();
    for (DeclaredType declared : config.types()) {
      if (declared.schema() != null) {
        schemas.put(declared.type().name(), declared.schema());
      }
    }
    Router router = new Router(
        this::serving,
        this::requireReady,
        new EntityRoutes(config.largestValue() + BODY_SLACK),
        new NodeRoutes(node, schemas));
    String advertised = config.http().advertised();
    graceful =
        new GracefulShutdownHandler(new Gate(router, node, hostOf(advertised), MOST_REQUESTS));
    undertow = listener(config).setHandler(graceful).build();
    int port = start(config.http());
    String host = config.http().host();
    url = advertised.isEmpty()
        ? "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
        : advertised;
  }

  /**
   * Takes the port.
   *
   * @throws NotDone.CannotStart if it is taken
   */
  public static HttpApi bind(ServerConfig config) {
    return new HttpApi(config);
  }

  private static Undertow.Builder listener(ServerConfig config) {
    return Undertow.builder()
        .addHttpListener(config.http().port(), config.http().host())
        .setIoThreads(Math.max(2, Runtime.getRuntime().availableProcessors()))
        .setWorkerThreads(WORKER_THREADS)
        .setServerOption(UndertowOptions.DECODE_URL, false)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, 16 * 1024)
        .setServerOption(UndertowOptions.MAX_HEADERS, 64)
        .setServerOption(UndertowOptions.MAX_PARAMETERS, 16)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, 10_000)
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 120_000)
        .setServerOption(UndertowOptions.IDLE_TIMEOUT, 120_000);
  }

  private int start(ServerConfig.Http http) {
    try {
      undertow.start();
      InetSocketAddress address =
          (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
      return address.getPort();
    } catch (RuntimeException e) {
      undertow.stop();
      if (e.getCause() instanceof BindException bind) {
        throw new NotDone.CannotStart(reason(http, String.valueOf(bind.getMessage())));
      }
      throw e;
    }
  }

  private static String reason(ServerConfig.Http http, String message) {
    return message.toLowerCase(Locale.ROOT).contains("in use")
        ? "port " + http.port() + " on " + http.host()
            + " is in use; choose another with --http-port"
        : "cannot listen on port " + http.port() + " of " + http.host() + ": " + message;
  }

  private static String hostOf(String advertised) {
    String host = advertised.isEmpty() ? null : URI.create(advertised).getHost();
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  /** Where clients reach it. */
  public String url() {
    return url;
  }

  /** Begins to answer for the node. */
  public void serve(Holdfast started) {
    holdfast = started;
  }

  /** Goes on answering, but no longer says that it is ready. */
  public void drain() {
    leaving = true;
  }

  private Holdfast serving() {
    Holdfast current = holdfast;
    if (current == null) {
      throw new Refused(Problem.unavailable(node + " is starting"));
    }
    return current;
  }

  private void requireReady() {
    if (!serving().ready()) {
      throw new Refused(Problem.unavailable(node + " may not serve at the moment"));
    }
    if (leaving) {
      throw new Refused(Problem.unavailable(node + " is leaving"));
    }
  }

  /** Lets requests under way end, for a few seconds at most, then frees the port. */
  @Override
  public void close() {
    graceful.shutdown();
    try {
      graceful.awaitShutdown(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    undertow.stop();
  }
}
