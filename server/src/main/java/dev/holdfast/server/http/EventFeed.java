package dev.holdfast.server.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import tools.jackson.databind.node.ObjectNode;

/**
 * One listener to events. It is sent a bounded number of them at once; one that is slow falls
 * behind in the log, and begins anew if the log has forgotten where it was.
 *
 * <p>Thread-safe: all is done in the thread of its connection, without a lock. The connection calls
 * back under a lock of its own, so a lock here would be taken in both orders.
 */
final class EventFeed implements ServerSentEventConnection.EventCallback {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final int MOST_UNDER_WAY = 256;

  /** A listener that is gone is noticed when something is sent to it. */
  private static final long KEEP_ALIVE_MILLIS = 5_000;

  private final String node;
  private final HttpServerExchange exchange;
  private final ServerSentEventConnection connection;
  private final EventLog log;
  private final int limit;
  private volatile Runnable unlisten = () -> {};
  private volatile boolean over;

  /** What was sent and has not gone out. A message may be reported as gone out twice. */
  private final Set<String> underWay = new HashSet<>();

  private @Nullable String position;

  /** @param limit how many events of the past a listener gets that does not say where it was */
  EventFeed(
      String node,
      HttpServerExchange exchange,
      ServerSentEventConnection connection,
      EventLog log,
      int limit) {
    this.node = node;
    this.exchange = exchange;
    this.connection = connection;
    this.log = log;
    this.limit = limit;
  }

  /**
   * Sends what there is, then whatever comes.
   *
   * @param seen the id of the last event that the listener has; null if it has none
   */
  void begin(Pulse pulse, @Nullable String seen) {
    inItsThread(() -> {
      boolean resumes = seen != null && log.after(seen).isPresent();
      position = resumes ? seen : null;
      connection.setKeepAliveTime(KEEP_ALIVE_MILLIS);
      hello(resumes);
      pump();
    });
    unlisten = pulse.listen(() -> inItsThread(this::pump));
    if (over) {
      unlisten.run();
    }
  }

  private void hello(boolean resumes) {
    ObjectNode hello = Answers.JSON.createObjectNode().put("node", node).put("resumed", resumes);
    connection.send(hello.toString(), "hello", null, null);
  }

  private void inItsThread(Runnable task) {
    try {
      exchange.getIoThread().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the listener's connection ends with its thread", e);
    }
  }

  private void pump() {
    while (!over && underWay.size() < MOST_UNDER_WAY) {
      List<EventLog.Entry> news = news();
      if (news.isEmpty()) {
        return;
      }
      news.stream().limit(MOST_UNDER_WAY).forEach(this::send);
    }
  }

  private List<EventLog.Entry> news() {
    if (position == null) {
      return log.latest(limit);
    }
    return log.after(position).orElseGet(() -> {
      hello(false);
      return log.latest(limit);
    });
  }

  private void send(EventLog.Entry entry) {
    position = entry.id();
    underWay.add(entry.id());
    connection.send(entry.event().json(entry.id()).toString(), null, entry.id(), this);
  }

  @Override
  public void done(ServerSentEventConnection to, String data, String event, String id) {
    underWay.remove(id);
    pump();
  }

  @Override
  public void failed(
      ServerSentEventConnection to, String data, String event, String id, IOException failure) {
    LOG.debug("a listener to events is gone: {}", failure.getMessage());
    ended();
  }

  /** The connection is gone. */
  void ended() {
    over = true;
    unlisten.run();
  }

  /** Ends the connection. */
  void close() {
    inItsThread(() -> IoUtils.safeClose(connection));
  }
}
