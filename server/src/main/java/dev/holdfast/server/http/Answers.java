package dev.holdfast.server.http;

import dev.holdfast.Entity;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes answers, from whatever thread has them. */
final class Answers {
  static final JsonMapper JSON = JsonMapper.shared();

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final HttpString OWNER = new HttpString(Header.OWNER);
  private static final HttpString SOURCE = new HttpString(Header.SOURCE);

  private Answers() {}

  /** The entity, with its revision as ETag. */
  static void entity(HttpServerExchange exchange, int status, Entity<String> entity) {
    describe(exchange, entity);
    json(exchange, status, entityJson(entity, "value", false));
  }

  /** What a change answered. */
  static void reply(HttpServerExchange exchange, Entity<String> entity) {
    describe(exchange, entity);
    json(exchange, StatusCodes.OK, entityJson(entity, "reply", false));
  }

  static void notModified(HttpServerExchange exchange, Entity<String> entity) {
    describe(exchange, entity);
    exchange.setStatusCode(StatusCodes.NOT_MODIFIED).endExchange();
  }

  /** One entity as JSON; {@code withOwner} where no header can say it. */
  static String entityJson(Entity<String> entity, String valueName, boolean withOwner) {
    StringBuilder json = new StringBuilder(entity.value().length() + 128);
    json.append("{\"type\":\"").append(entity.type()).append("\",\"id\":");
    quote(entity.id(), json);
    json.append(",\"").append(valueName).append("\":").append(entity.value());
    json.append(",\"revision\":").append(entity.revision());
    if (withOwner) {
      json.append(",\"owner\":\"").append(entity.owner()).append('"');
    }
    return json.append('}').toString();
  }

  static void quote(String text, StringBuilder json) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }

  static void json(HttpServerExchange exchange, int status, JsonNode node) {
    json(exchange, status, node.toString());
  }

  static void json(HttpServerExchange exchange, int status, String json) {
    send(exchange, status, "application/json", json);
  }

  static void text(HttpServerExchange exchange, String text) {
    send(exchange, StatusCodes.OK, "text/plain;charset=utf-8", text);
  }

  static void failure(HttpServerExchange exchange, Throwable failure) {
    problem(exchange, Problem.of(failure).orElseGet(() -> unexpected(exchange, failure)));
  }

  private static Problem unexpected(HttpServerExchange exchange, Throwable failure) {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    LOG.error("unexpected failure of {}", request, failure);
    boolean reading = AllowedMethods.isRead(exchange.getRequestMethod());
    return new Problem(
        FailureKind.INTERNAL,
        "something unexpected happened; the node's log has more",
        !reading,
        null,
        java.util.Map.of());
  }

  static void problem(HttpServerExchange exchange, Problem problem) {
    if (exchange.isResponseStarted()) {
      exchange.endExchange();
      return;
    }
    if (problem.retryAfter() != null) {
      long seconds = Math.max(1, (problem.retryAfter().toMillis() + 999) / 1000);
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, seconds);
    }
    String json = problemJson(problem);
    send(exchange, problem.kind().status(), "application/problem+json", json);
  }

  static String problemJson(Problem problem) {
    ObjectNode body = JSON.createObjectNode();
    body.put("type", problem.kind().uri());
    body.put("title", problem.kind().title());
    body.put("status", problem.kind().status());
    body.put("detail", problem.detail());
    body.put("outcome", problem.unknown() ? "unknown" : "not-done");
    problem.more().forEach((name, value) -> body.putPOJO(name, value));
    return JSON.writeValueAsString(body);
  }

  private static void describe(HttpServerExchange exchange, Entity<String> entity) {
    exchange.getResponseHeaders().put(Headers.ETAG, "\"" + entity.revision() + "\"");
    if (!entity.owner().isEmpty()) {
      exchange.getResponseHeaders().put(OWNER, entity.owner());
    }
    from(exchange, entity.source());
  }

  /** Says where the answer was taken from. */
  static void from(HttpServerExchange exchange, Entity.Source source) {
    exchange.getResponseHeaders().put(SOURCE, source.name().toLowerCase(Locale.ROOT));
  }

  static void send(HttpServerExchange exchange, int status, String type, String body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
    exchange.getResponseSender().send(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }
}
