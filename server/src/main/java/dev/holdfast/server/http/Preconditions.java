package dev.holdfast.server.http;

import dev.holdfast.Entity;
import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The conditions that a request is under: If-Match and If-None-Match, with revisions as ETags. */
final class Preconditions {
  private static final Pattern REVISION = Pattern.compile("\"?(\\d{1,18})\"?");

  private Preconditions() {}

  /** The revision that a change expects; null if any will do. */
  static @Nullable Long expected(HttpServerExchange exchange, boolean mayCreate) {
    String match = header(exchange, Headers.IF_MATCH);
    String noneMatch = header(exchange, Headers.IF_NONE_MATCH);
    if (match != null && noneMatch != null) {
      throw refused("give If-Match or If-None-Match, not both");
    }
    if (noneMatch != null) {
      if (!mayCreate || !noneMatch.equals("*")) {
        throw refused("If-None-Match is possible on PUT alone, and only as * (create)");
      }
      return Entity.ABSENT;
    }
    return match == null ? null : revision(match);
  }

  static void requireNone(HttpServerExchange exchange) {
    if (exchange.getRequestHeaders().contains(Headers.IF_MATCH)
        || exchange.getRequestHeaders().contains(Headers.IF_NONE_MATCH)) {
      throw refused("a change decides by itself; If-Match and If-None-Match are not possible here");
    }
  }

  /** Whether a reader's If-None-Match says that it has this revision already. */
  static boolean isKnown(HttpServerExchange exchange, Entity<String> entity) {
    String noneMatch = header(exchange, Headers.IF_NONE_MATCH);
    String tag = "\"" + entity.revision() + "\"";
    return noneMatch != null
        && Arrays.stream(noneMatch.split(",", -1))
            .map(String::strip)
            .map(given -> given.startsWith("W/") ? given.substring(2) : given)
            .anyMatch(given -> given.equals("*") || given.equals(tag));
  }

  private static long revision(String tag) {
    Matcher matcher = REVISION.matcher(tag);
    if (!matcher.matches()) {
      throw refused("If-Match takes one revision in quotes, such as \"3\", not " + tag);
    }
    return Long.parseLong(matcher.group(1));
  }

  private static @Nullable String header(HttpServerExchange exchange, HttpString name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  private static Refused refused(String detail) {
    return new Refused(FailureKind.INVALID_REQUEST, detail);
  }
}
