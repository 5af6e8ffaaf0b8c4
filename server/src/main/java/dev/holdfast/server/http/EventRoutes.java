package dev.holdfast.server.http;

import dev.holdfast.Cluster;
import dev.holdfast.server.wire.Header;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is where, and what happens in the cluster. Thread-safe. */
final class EventRoutes implements AutoCloseable {
  private static final int MOST_LISTENERS = 256;
  private static final int USUAL = 100;

  private final Pulse pulse;
  private final EventLog log;
  private final Set<EventFeed> feeds = ConcurrentHashMap.newKeySet();
  private final String node;
  private volatile boolean closed;

  /** @param node the name of the node that is asked */
  EventRoutes(String node, Pulse pulse, EventLog log) {
    this.node = node;
    this.pulse = pulse;
    this.log = log;
  }

  void shards(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    Async.then(exchange, pulse.look(), look -> {
      ObjectNode body = Answers.JSON.createObjectNode();
      body.put("at", look.at().truncatedTo(ChronoUnit.MILLIS).toString());
      ArrayNode nodes = body.putArray("nodes");
      look.cluster().members().stream()
          .filter(Cluster.Member::live)
          .forEach(member -> describe(look, member, nodes.addObject()));
      ArrayNode shards = body.putArray("shards");
      look.cluster().shards().forEach(shard -> describe(look, shard, shards.addObject()));
      Answers.json(exchange, StatusCodes.OK, body);
    });
  }

  private static void describe(Look look, Cluster.Member member, ObjectNode described) {
    described
        .put("name", member.name())
        .put("epoch", member.epoch())
        .put("http", member.http())
        .put("state", member.state())
        .put("joined", member.joined())
        .put("self", member.self())
        .put("leaseMillis", member.leaseTtl().toMillis())
        .put("leaseLeftMillis", look.leaseLeft(member).toMillis());
  }

  private static void describe(Look look, Cluster.Shard shard, ObjectNode described) {
    described
        .put("shard", shard.number())
        .put("state", state(look, shard))
        .put("owner", shard.owner())
        .put("epoch", shard.epoch())
        .put("token", shard.token());
    if (!shard.wantedBy().isEmpty()) {
      described.put("wantedBy", shard.wantedBy());
    }
    if (shard.live() >= 0) {
      described.put("live", shard.live());
    }
  }

  private static String state(Look look, Cluster.Shard shard) {
    if (shard.epoch() == 0) {
      return shard.wantedBy().isEmpty() ? "free" : "moving";
    }
    Cluster.Member owner = look.member(shard.epoch());
    if (owner == null || !owner.live()) {
      return "orphaned";
    }
    return shard.wantedBy().isEmpty() ? "owned" : "moving";
  }

  void events(HttpServerExchange exchange) {
    AllowedMethods.requireRead(exchange);
    Map<String, String> query = Requests.query(exchange, "limit");
    int limit = Requests.limit(query, USUAL, EventLog.MOST);
    if (listWanted(exchange)) {
      Async.then(exchange, pulse.look(), look -> list(exchange, limit));
    } else {
      stream(exchange, limit);
    }
  }

  private static boolean listWanted(HttpServerExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    return exchange.getRequestMethod().equals(Methods.HEAD)
        || (accept != null && accept.toLowerCase(Locale.ROOT).contains("application/json"));
  }

  private void list(HttpServerExchange exchange, int limit) {
    ObjectNode body = Answers.JSON.createObjectNode();
    ArrayNode events = body.putArray("events");
    List<EventLog.Entry> latest = new ArrayList<>(log.latest(limit));
    Collections.reverse(latest);
    latest.forEach(entry -> events.add(entry.event().json(entry.id())));
    Answers.json(exchange, StatusCodes.OK, body);
  }

  private void stream(HttpServerExchange exchange, int limit) {
    if (closed || feeds.size() >= MOST_LISTENERS) {
      throw new Refused(Problem.unavailable("more than " + MOST_LISTENERS + " listen to events"));
    }
    String seen = exchange.getRequestHeaders().getFirst(Header.LAST_EVENT_ID);
    try {
      new ServerSentEventHandler((connection, last) -> {
            EventFeed feed = new EventFeed(node, exchange, connection, log, limit);
            begin(feed, connection, seen);
          })
          .handleRequest(exchange);
    } catch (Exception e) {
      throw new IllegalStateException("the stream cannot begin", e);
    }
  }

  private void begin(EventFeed feed, ServerSentEventConnection connection, @Nullable String seen) {
    feeds.add(feed);
    connection.addCloseTask(closed -> {
      feed.ended();
      feeds.remove(feed);
    });
    if (closed) {
      feed.close();
    } else {
      feed.begin(pulse, seen);
    }
  }

  /** Ends all feeds. */
  @Override
  public void close() {
    closed = true;
    feeds.forEach(EventFeed::close);
    pulse.close();
  }
}
