package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass if its token allows it. All paths are in {@link Routes}: one that is
 * forgotten there is closed, not open. Thread-safe.
 */
final class Access implements HttpHandler {
  private static final Pattern BEARER =
      Pattern.compile("bearer +([A-Za-z0-9._~+/-]{1,512}=*)", Pattern.CASE_INSENSITIVE);

  private final HttpHandler inside;
  private final @Nullable TokenFile tokens;

  /**
   * Access.
   *
   * @param tokens null if nobody needs one
   */
  Access(HttpHandler inside, @Nullable TokenFile tokens) {
    this.inside = inside;
    this.tokens = tokens;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    Async.guarded(exchange, () -> {
      require(exchange);
      inside.handleRequest(exchange);
    });
  }

  private void require(HttpServerExchange exchange) {
    Routes.Route route = Routes.of(Requests.path(exchange));
    Optional<Scope> needed = route == null ? null : route.scopes().get(exchange.getRequestMethod());
    if (tokens != null && (needed == null || needed.isPresent())) {
      Token token = token(exchange, tokens);
      if (needed != null) {
        requireScope(exchange, token, needed.get());
      }
    }
    if (route == null) {
      throw Router.unknown(exchange);
    }
    if (needed == null) {
      throw AllowedMethods.notAllowed(exchange, route.scopes().keySet().toArray(HttpString[]::new));
    }
  }

  private static Token token(HttpServerExchange exchange, TokenFile tokens) {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (header == null) {
      throw unauthenticated(exchange, "", "give an access token: Authorization: Bearer TOKEN");
    }
    Matcher bearer = BEARER.matcher(header.strip());
    Token token = bearer.matches() ? tokens.find(bearer.group(1)) : null;
    if (token == null) {
      throw unauthenticated(
          exchange, ", error=\"invalid_token\"", "the access token is not known to this server");
    }
    return token;
  }

  private static Refused unauthenticated(HttpServerExchange exchange, String more, String detail) {
    exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer realm=\"holdfast\"" + more);
    return new Refused(FailureKind.UNAUTHENTICATED, detail);
  }

  private static void requireScope(HttpServerExchange exchange, Token token, Scope needed) {
    if (token.allows(needed)) {
      return;
    }
    String scope = needed.text();
    exchange
        .getResponseHeaders()
        .put(
            Headers.WWW_AUTHENTICATE,
            "Bearer realm=\"holdfast\", error=\"insufficient_scope\", scope=\"" + scope + "\"");
    throw new Refused(
        FailureKind.FORBIDDEN,
        "the access token \"" + token.name() + "\" lacks the scope " + scope
            + ", which this request needs");
  }
}
