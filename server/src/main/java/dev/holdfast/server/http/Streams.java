package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.Watching;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.spi.Ticker;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.XnioWorker;

/**
 * The streams of events that clients follow. They do not count as requests under way: there may be
 * more of them, and whoever waits until no request is under way does not wait for them.
 * Thread-safe.
 */
final class Streams implements AutoCloseable {
  /** Begins a watch. */
  interface Opening {
    /** Begins it; {@code news} runs when there is something to take. */
    Watching.Pull open(Runnable news);
  }

  private static final long GRACE_MILLIS = 1_000;
  private static final long POLL_MILLIS = 10;

  private final Ticker ticker;
  private final Pace pace;
  private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closing;

  Streams(Ticker ticker, Pace pace) {
    this.ticker = ticker;
    this.pace = pace;
  }

  /** Looks for slow clients, now and then, by a thread of {@code worker}. */
  void lookAfter(XnioWorker worker) {
    var unused = worker
        .getIoThread()
        .executeAtInterval(this::cutSlowOnes, pace.look().toMillis(), TimeUnit.MILLISECONDS);
  }

  long nanos() {
    return ticker.nanos();
  }

  long heartbeatMillis() {
    return pace.heartbeat().toMillis();
  }

  /** Answers with a stream of events. Refuses, as any request is refused, if it cannot. */
  void begin(HttpServerExchange exchange, Holdfast holdfast, Opening opening) throws Exception {
    if (count.incrementAndGet() > pace.streams() || closing) {
      count.decrementAndGet();
      throw new Refused(Problem.unavailable(
          closing ? "this node is leaving" : "more than " + pace.streams() + " streams at once"));
    }
    EventStream stream = new EventStream(this, exchange);
    open.add(stream);
    try {
      Watching.Pull watch = opening.open(stream::write);
      stream.watching(watch);
      var unused = watch.ended().thenAccept(reason -> ended(stream, holdfast, reason));
      exchange.addExchangeCompleteListener((done, next) -> {
        stream.cut(); // also of a client that was gone before the stream began
        next.proceed();
      });
      Gate.leave(exchange);
      new ServerSentEventHandler((connection, lastEventId) -> begin(stream, connection))
          .handleRequest(exchange);
    } catch (Exception e) {
      stream.cut();
      throw e;
    }
  }

  private void begin(EventStream stream, ServerSentEventConnection connection) {
    stream.begin(connection);
    if (closing) {
      stream.end();
    }
  }

  /** The watch is over: because the stream is, or its node, or because it cannot go on. */
  private static void ended(EventStream stream, Holdfast holdfast, String reason) {
    if (holdfast.ready()) {
      stream.fail(Problem.of(FailureKind.INVALID_REQUEST, reason));
    } else {
      stream.end();
    }
  }

  void closed(EventStream stream) {
    if (open.remove(stream)) {
      count.decrementAndGet();
    }
  }

  private void cutSlowOnes() {
    long patience = pace.patience().toNanos();
    open.stream().filter(stream -> stream.stuckNanos() > patience).forEach(EventStream::cutOff);
  }

  /** Ends all in order, so that clients connect to another node; cuts those that are slow. */
  @Override
  public void close() {
    closing = true;
    open.forEach(EventStream::end);
    try {
      for (long waited = 0; !open.isEmpty() && waited < GRACE_MILLIS; waited += POLL_MILLIS) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.forEach(EventStream::cutOff);
  }
}
