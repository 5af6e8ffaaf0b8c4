package dev.holdfast.server.http;

import dev.holdfast.Call;
import dev.holdfast.Read;
import dev.holdfast.server.config.Nearest;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import dev.holdfast.server.wire.ReadMode;
import dev.holdfast.server.wire.UrlPath;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what requests have in common; refuses what it cannot understand. */
final class Requests {
  private Requests() {}

  static List<String> path(HttpServerExchange exchange) {
    String uri = exchange.getRequestURI();
    int path = exchange.isHostIncludedInRequestURI() ? uri.indexOf('/', uri.indexOf("//") + 2) : 0;
    try {
      return UrlPath.segments(path < 0 ? "/" : uri.substring(path));
    } catch (IllegalArgumentException e) {
      throw new Refused(FailureKind.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /** The parameters, each of which must be known. */
  static Map<String, String> query(HttpServerExchange exchange, String... known) {
    Map<String, String> parameters;
    try {
      parameters = UrlPath.query(exchange.getQueryString());
    } catch (IllegalArgumentException e) {
      throw new Refused(FailureKind.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
    for (String name : parameters.keySet()) {
      if (!List.of(known).contains(name)) {
        throw new Refused(
            FailureKind.INVALID_REQUEST,
            "unknown parameter \"" + name + "\"" + Nearest.hint(name, List.of(known)));
      }
    }
    return parameters;
  }

  /** How many are wanted, by the parameter {@code limit}; {@code most} has four digits at most. */
  static int limit(Map<String, String> query, int usual, int most) {
    String text = query.getOrDefault("limit", String.valueOf(usual));
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw new Refused(
          FailureKind.INVALID_REQUEST,
          "limit is a number from 1 to " + most + ", not \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  /** The deadline and the operation id. */
  static Call call(HttpServerExchange exchange) {
    try {
      return new Call(
          timeout(exchange.getRequestHeaders().getFirst(Header.TIMEOUT)),
          operation(exchange.getRequestHeaders().getFirst(Header.IDEMPOTENCY_KEY)));
    } catch (IllegalArgumentException e) {
      throw new Refused(FailureKind.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static Duration timeout(@Nullable String header) {
    if (header == null) {
      return Call.DEFAULT.deadline();
    }
    return ReadMode.time(header.strip())
        .orElseThrow(() -> new IllegalArgumentException(
            Header.TIMEOUT + " is a time such as 500ms, 5s or 1m, not " + header));
  }

  /** How fresh a read must be; the only parameter it may have. */
  static Read read(HttpServerExchange exchange) {
    String mode = query(exchange, "read").getOrDefault("read", "linearizable");
    try {
      return ReadMode.parse(mode);
    } catch (IllegalArgumentException e) {
      throw new Refused(FailureKind.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /** The draft standard puts the key in quotes; without them it is as good. */
  private static @Nullable String operation(@Nullable String header) {
    if (header == null) {
      return null;
    }
    boolean quoted = header.length() >= 2 && header.startsWith("\"") && header.endsWith("\"");
    return quoted ? header.substring(1, header.length() - 1) : header;
  }

  /** Refuses a body that does not say it is one of {@code mediaTypes}. */
  static void requireMediaType(HttpServerExchange exchange, Set<String> mediaTypes) {
    String given = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
    String type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!mediaTypes.contains(type)) {
      String expected = String.join(" or ", mediaTypes.stream().sorted().toList());
      throw new Refused(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type must be " + expected + ", not " + (given == null ? "missing" : given));
    }
  }
}
