package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Which methods a path has. */
final class AllowedMethods {
  private AllowedMethods() {}

  static boolean isRead(HttpString method) {
    return method.equals(Methods.GET) || method.equals(Methods.HEAD);
  }

  static void requireRead(HttpServerExchange exchange) {
    if (!isRead(exchange.getRequestMethod())) {
      throw notAllowed(exchange, Methods.GET, Methods.HEAD);
    }
  }

  static Refused notAllowed(HttpServerExchange exchange, HttpString... allowed) {
    String list =
        Arrays.stream(allowed).map(HttpString::toString).collect(Collectors.joining(", "));
    exchange.getResponseHeaders().put(Headers.ALLOW, list);
    return new Refused(
        FailureKind.METHOD_NOT_ALLOWED,
        exchange.getRequestMethod() + " is not possible here; " + list + " is");
  }
}
