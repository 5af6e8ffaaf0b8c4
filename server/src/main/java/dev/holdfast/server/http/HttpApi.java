package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.NotDone;
import dev.holdfast.runtime.SystemTicker;
import dev.holdfast.server.config.DeclaredType;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.spi.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import tools.jackson.databind.JsonNode;

/**
 * A node's HTTP server. It takes its port first and answers 503 until the node {@link #serve}s, so
 * that a port which is taken is noticed before anything is half-done. Thread-safe.
 */
public final class HttpApi implements AutoCloseable {
  private static final int MOST_REQUESTS = 4_096;
  private static final int WORKER_THREADS = 16;
  private static final long GRACE_MILLIS = 3_000;
  private static final long POLL_MILLIS = 20;

  /** A request may be on its way through a connection that was just made. */
  private static final int QUIET_POLLS = 3;

  /** What a body may have beyond the largest value: white space. */
  private static final int BODY_SLACK = 4 * 1024;

  private final String node;
  private final String url;
  private final boolean tellsAll;
  private final ServerMetrics metrics = new ServerMetrics();
  private final XnioWorker worker;
  private final Undertow undertow;
  private final Gate gate;
  private final Http2Streams http2;
  private final Streams streams;
  private final EventRoutes events;
  private volatile @Nullable Holdfast holdfast;
  private boolean closed;

  private HttpApi(ServerConfig config, OpenTelemetry telemetry, Pace pace) {
    Ticker ticker = new SystemTicker();
    node = config.node().name();
    Map<String, JsonNode> schemas = new HashMap<>();
    for (DeclaredType declared : config.types()) {
      if (declared.schema() != null) {
        schemas.put(declared.type().name(), declared.schema());
      }
    }
    EventLog log = new EventLog(Long.toString(Instant.now().toEpochMilli(), 36));
    events = new EventRoutes(node, new Pulse(this::serving, ticker, log), log);
    streams = new Streams(ticker, pace);
    Router router = new Router(
        this::serving,
        this::requireReady,
        new EntityRoutes(config.largestValue() + BODY_SLACK),
        new NodeRoutes(node, schemas),
        new WatchRoutes(streams),
        events,
        new ConsoleRoutes(),
        metrics);
    ServerConfig.Http http = config.http();
    Path tokens = http.tokens();
    tellsAll = tokens == null;
    Listening listening = new Listening(http);
    gate = new Gate(
        new FairShare(
            new Origins(
                new Access(router, tokens == null ? null : new TokenFile(tokens, ticker)),
                http.advertised()),
            http.limits(),
            ticker),
        node,
        hostOf(http.advertised()),
        tellsAll,
        MOST_REQUESTS,
        this::unwanted);
    worker = worker();
    http2 = new Http2Streams(measured(telemetry), http.limits().connections(), pace, ticker);
    undertow = listening.builder().setWorker(worker).setHandler(http2).build();
    int port = start(http);
    streams.lookAfter(worker);
    http2.lookAfter(worker);
    listening.renewCertificate(undertow.getListenerInfo().get(0), worker);
    url = listening.url(port);
  }

  /**
   * Takes the port.
   *
   * @throws NotDone.CannotStart if it is taken
   */
  public static HttpApi bind(ServerConfig config) {
    return bind(config, GlobalOpenTelemetry.get());
  }

  /** As {@link #bind(ServerConfig)}, with an SDK of its own for spans. */
  static HttpApi bind(ServerConfig config, OpenTelemetry telemetry) {
    return bind(config, telemetry, Pace.USUAL);
  }

  /** As {@link #bind(ServerConfig)}, with other patience. */
  static HttpApi bind(ServerConfig config, OpenTelemetry telemetry, Pace pace) {
    return new HttpApi(config, telemetry, pace);
  }

  private HttpHandler measured(OpenTelemetry telemetry) {
    return new HttpMeters(new HttpSpans(gate, telemetry, node), metrics.registry(), node);
  }

  /** Ours, so that the port can be freed while requests still end. */
  private static XnioWorker worker() {
    try {
      return Xnio.getInstance(Undertow.class.getClassLoader())
          .createWorker(OptionMap.builder()
              .set(
                  Options.WORKER_IO_THREADS,
                  Math.max(2, Runtime.getRuntime().availableProcessors()))
              .set(Options.WORKER_TASK_CORE_THREADS, WORKER_THREADS)
              .set(Options.WORKER_TASK_MAX_THREADS, WORKER_THREADS)
              .set(Options.TCP_NODELAY, true)
              .set(Options.CORK, true)
              .getMap());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int start(ServerConfig.Http http) {
    try {
      undertow.start();
      InetSocketAddress address =
          (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
      return address.getPort();
    } catch (RuntimeException e) {
      undertow.stop();
      worker.shutdownNow();
      events.close();
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

  /** Where the metrics go that {@code /metrics} tells. */
  public MeterRegistry metrics() {
    return metrics.registry();
  }

  /** How many requests are open that came by HTTP/2, streams of events among them. */
  int streams() {
    return http2.count();
  }

  /** Begins to answer for the node. */
  public void serve(Holdfast started) {
    holdfast = started;
  }

  private Holdfast serving() {
    Holdfast current = holdfast;
    if (current == null) {
      throw new Refused(Problem.unavailable(node + " is starting"));
    }
    return current;
  }

  private void requireReady() {
    String why = serving().obstacle();
    if (!why.isEmpty()) { // where tokens are needed, those who have none need not know why
      throw new Refused(Problem.unavailable(tellsAll ? why : node + " is not ready"));
    }
  }

  private boolean unwanted() {
    Holdfast current = holdfast;
    return current != null && !current.ready();
  }

  /**
   * Frees the port, ends all streams, lets requests under way end, for a few seconds at most, then
   * closes their connections. May be called more than once; only the first call does something.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    undertow.stop();
    streams.close();
    events.close();
    try {
      awaitQuiet();
      worker.shutdown();
      if (!worker.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
    metrics.close();
  }

  private void awaitQuiet() throws InterruptedException {
    int quiet = 0;
    for (long waited = 0; quiet < QUIET_POLLS && waited < GRACE_MILLIS; waited += POLL_MILLIS) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      quiet = gate.idle() ? quiet + 1 : 0;
    }
  }
}
