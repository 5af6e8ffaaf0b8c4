package dev.holdfast.server.http;

import dev.holdfast.spi.Ticker;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.Protocols;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;
import org.xnio.XnioWorker;

/**
 * Bounds what HTTP/2 adds to what a client may do: many requests on one connection, answers to each
 * of which it need not take, and a connection that stays alive all the same. Undertow announces a
 * number of streams but does not insist on it, and resets of both sides it bounds itself: whoever
 * goes on too far loses his connection by that. Thread-safe.
 */
final class Http2Streams implements HttpHandler {
  /** What clients are told. */
  private static final int ANNOUNCED = 100;

  /** A client may see the end of a stream a moment before the end is counted here. */
  private static final int MOST = 128;

  /** Of either side; then the connection ends. */
  private static final int MOST_RESETS = 200;

  private static final int RESETS_MILLIS = 30_000;

  private static final AttachmentKey<AtomicInteger> ON_CONNECTION =
      AttachmentKey.create(AtomicInteger.class);

  private final HttpHandler inside;
  private final int mostInAll;
  private final Pace pace;
  private final Ticker ticker;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();

  /**
   * The streams of a server.
   *
   * @param mostInAll how many there may be on all connections
   */
  Http2Streams(HttpHandler inside, int mostInAll, Pace pace, Ticker ticker) {
    this.inside = inside;
    this.mostInAll = mostInAll;
    this.pace = pace;
    this.ticker = ticker;
  }

  /** Has a server speak HTTP/2 to those clients which ask for it within TLS. */
  static void offer(Undertow.Builder builder) {
    builder
        .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
        .setServerOption(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, ANNOUNCED)
        .setServerOption(UndertowOptions.MAX_RST_FRAMES_PER_WINDOW, MOST_RESETS)
        .setServerOption(UndertowOptions.RST_FRAMES_TIME_WINDOW, RESETS_MILLIS);
  }

  /** One request and its answer. */
  private static final class Stream {
    final HttpServerExchange exchange;
    private final AtomicInteger onConnection;
    private long answeringSinceNanos;
    private boolean answering;

    Stream(HttpServerExchange exchange, AtomicInteger onConnection) {
      this.exchange = exchange;
      this.onConnection = onConnection;
    }

    /** For how long it has been seen to be under way to a client; 0 if it is not. */
    long answeringNanos(long nowNanos) {
      if (!exchange.isResponseStarted() || isEvents()) {
        return 0;
      }
      if (!answering) {
        answering = true;
        answeringSinceNanos = nowNanos;
      }
      return nowNanos - answeringSinceNanos;
    }

    /** A stream of events looks after itself. */
    private boolean isEvents() {
      String type = exchange.getResponseHeaders().getFirst(Headers.CONTENT_TYPE);
      return type != null && type.startsWith("text/event-stream");
    }
  }

  /** Looks for answers that nobody takes, now and then, by a thread of {@code worker}. */
  void lookAfter(XnioWorker worker) {
    var unused = worker
        .getIoThread()
        .executeAtInterval(this::cutSlowOnes, pace.look().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (!Protocols.HTTP_2_0.equals(exchange.getProtocol())) {
      inside.handleRequest(exchange);
      return;
    }
    AtomicInteger onConnection = onConnection(exchange.getConnection());
    if (onConnection.get() >= MOST || open.size() >= mostInAll) {
      IoUtils.safeClose(exchange.getConnection()); // which is what HTTP/2 calls a stream
      return;
    }
    Stream stream = new Stream(exchange, onConnection);
    onConnection.incrementAndGet();
    open.add(stream);
    exchange.addExchangeCompleteListener((done, next) -> {
      ended(stream);
      next.proceed();
    });
    inside.handleRequest(exchange);
  }

  /** How many requests are open. */
  int count() {
    return open.size();
  }

  /** All requests of a connection begin in its one thread. */
  private static AtomicInteger onConnection(ServerConnection connection) {
    AtomicInteger known = connection.getAttachment(ON_CONNECTION);
    if (known != null) {
      return known;
    }
    AtomicInteger count = new AtomicInteger();
    connection.putAttachment(ON_CONNECTION, count);
    return count;
  }

  private void ended(Stream stream) {
    if (open.remove(stream)) {
      stream.onConnection.decrementAndGet();
    }
  }

  /**
   * Ends the connection of a client that takes nothing. With HTTP/2, to reset its stream would not
   * do: what was to be sent stays in memory. Undertow ends such a connection by its own rule alone,
   * so that rule is made to apply.
   */
  static void end(HttpServerExchange exchange) {
    int resets = Protocols.HTTP_2_0.equals(exchange.getProtocol()) ? MOST_RESETS + 1 : 1;
    for (int i = 0; i < resets; i++) {
      IoUtils.safeClose(exchange.getConnection());
    }
  }

  private void cutSlowOnes() {
    long now = ticker.nanos();
    long patience = pace.patience().toNanos();
    for (Stream stream : open) {
      if (stream.answeringNanos(now) > patience) {
        end(stream.exchange);
      }
    }
  }
}
