package dev.holdfast.server.http;

import dev.holdfast.Entity;
import dev.holdfast.Watching;
import dev.holdfast.Watching.Seen;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventConnection.EventCallback;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch that is written to one client as server-sent events. The next event is taken from the
 * watch only when the last one is written: a client that is slow misses what has been replaced
 * meanwhile, and takes no memory but for one event. Thread-safe; holds nobody up.
 */
final class EventStream implements EventCallback {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

  /** What a client waits before it connects again. */
  private static final long RETRY_MILLIS = 1_000;

  private final Streams streams;
  private final HttpServerExchange exchange;
  private Watching.@Nullable Pull watch;
  private @Nullable ServerSentEventConnection connection;
  private boolean writing;
  private boolean over;
  private long writingSinceNanos;

  EventStream(Streams streams, HttpServerExchange exchange) {
    this.streams = streams;
    this.exchange = exchange;
  }

  /** What is to be written, from now on. */
  synchronized void watching(Watching.Pull opened) {
    watch = opened;
  }

  /** The client is there. */
  void begin(ServerSentEventConnection to) {
    boolean ended;
    synchronized (this) {
      connection = to;
      ended = over;
    }
    to.addCloseTask(closed -> closed());
    to.sendRetry(RETRY_MILLIS);
    to.setKeepAliveTime(streams.heartbeatMillis());
    if (ended) {
      to.shutdown();
    }
    write();
  }

  /** There may be something to write. */
  void write() {
    ServerSentEventConnection to;
    Seen<String> next;
    synchronized (this) {
      to = connection;
      if (writing || over || to == null || watch == null) {
        return;
      }
      next = watch.next();
      if (next == null) {
        return;
      }
      writing = true;
      writingSinceNanos = streams.nanos();
    }
    send(to, next);
  }

  private void send(ServerSentEventConnection to, Seen<String> seen) {
    String value = seen.value();
    Entity<String> entity =
        new Entity<>(seen.type(), seen.id(), value == null ? "null" : value, seen.revision(), "");
    String id = seen.revision() == Entity.ABSENT ? null : String.valueOf(seen.revision());
    String json = Answers.entityJson(entity, "value", false);
    to.send(json, seen.exists() ? "value" : "deleted", id, this);
  }

  @Override
  public void done(ServerSentEventConnection to, String data, String event, String id) {
    synchronized (this) {
      writing = false;
    }
    write();
  }

  @Override
  public void failed(
      ServerSentEventConnection to, String data, String event, String id, IOException failure) {
    closed();
  }

  /** For how long an event has not gone out; 0 if none is being written. */
  synchronized long stuckNanos() {
    return writing && !over ? streams.nanos() - writingSinceNanos : 0;
  }

  /** Tells why it cannot go on, then ends. */
  void fail(Problem problem) {
    ServerSentEventConnection to;
    synchronized (this) {
      if (over) {
        return;
      }
      to = connection;
    }
    if (to != null) {
      to.send(Answers.problemJson(problem), "failed", null, null);
    }
    end();
  }

  /** Ends in order: what is being written is. */
  void end() {
    ServerSentEventConnection to = over() ? null : finished();
    if (to != null) {
      to.shutdown();
    }
  }

  /** Ends at once, and its connection too: the client takes nothing, not even the end. */
  void cutOff() {
    cut();
    Http2Streams.end(exchange);
  }

  /** Ends at once. */
  void cut() {
    ServerSentEventConnection to = finished();
    if (to != null) {
      try {
        to.close();
      } catch (IOException e) {
        LOG.debug("a stream is cut", e);
      }
    }
    closed();
  }

  private synchronized boolean over() {
    return over;
  }

  private @Nullable ServerSentEventConnection finished() {
    Watching.Pull opened;
    ServerSentEventConnection to;
    synchronized (this) {
      over = true;
      opened = watch;
      to = connection;
    }
    if (opened != null) {
      opened.close();
    }
    return to;
  }

  private void closed() {
    var unused = finished();
    streams.closed(this);
  }
}
