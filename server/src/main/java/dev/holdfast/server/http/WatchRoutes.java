package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.JsonEntities;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import org.jspecify.annotations.Nullable;

/** Watches as streams of server-sent events. Thread-safe. */
final class WatchRoutes {
  private final Streams streams;

  WatchRoutes(Streams streams) {
    this.streams = streams;
  }

  /** Whether a request for the entity {@code watch} is one for a watch of many: it has a prefix. */
  static boolean isForAll(HttpServerExchange exchange) {
    return exchange.getQueryParameters().containsKey("prefix");
  }

  void one(HttpServerExchange exchange, Holdfast holdfast, String type, String id)
      throws Exception {
    requireGet(exchange);
    Requests.query(exchange);
    Long after = lastEvent(exchange);
    JsonEntities entities = holdfast.json(type);
    streams.begin(exchange, holdfast, news -> entities.watch(id, after, news));
  }

  /** An event has the revision of one of many entities, which is no place to go on from. */
  void all(HttpServerExchange exchange, Holdfast holdfast, String type) throws Exception {
    requireGet(exchange);
    String prefix = Requests.query(exchange, "prefix").getOrDefault("prefix", "");
    JsonEntities entities = holdfast.json(type);
    streams.begin(exchange, holdfast, news -> entities.watchAll(prefix, news));
  }

  private static void requireGet(HttpServerExchange exchange) {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      throw AllowedMethods.notAllowed(exchange, Methods.GET);
    }
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    if (accept != null && !accept.contains("text/event-stream") && !accept.contains("*")) {
      throw new Refused(
          FailureKind.INVALID_REQUEST,
          "a watch answers with text/event-stream, which Accept does not allow: " + accept);
    }
  }

  private static @Nullable Long lastEvent(HttpServerExchange exchange) {
    String id = exchange.getRequestHeaders().getFirst(Header.LAST_EVENT_ID);
    if (id == null || id.isBlank()) {
      return null;
    }
    if (!id.strip().matches("\\d{1,18}")) {
      throw new Refused(
          FailureKind.INVALID_REQUEST,
          Header.LAST_EVENT_ID + " is the revision that was seen last, such as 3, not \"" + id
              + "\"");
    }
    return Long.parseLong(id.strip());
  }
}
