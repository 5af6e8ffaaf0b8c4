package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other servers out: browsers say in Origin and Sec-Fetch-Site where a request comes
 * from, and no page can change that. A person may follow a link to here; nothing else that another
 * page starts is answered. What is no browser sends neither header, and passes. Thread-safe.
 */
final class Origins implements HttpHandler {
  private static final HttpString FETCH_SITE = new HttpString("Sec-Fetch-Site");
  private static final HttpString FETCH_MODE = new HttpString("Sec-Fetch-Mode");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final HttpHandler inside;
  private final String advertised;

  /**
   * A check.
   *
   * @param advertised this server's URL for clients; empty if it is that of its address
   */
  Origins(HttpHandler inside, String advertised) {
    this.inside = inside;
    this.advertised = authority(advertised);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    String site = exchange.getRequestHeaders().getFirst(FETCH_SITE);
    if ((origin != null && !isOurs(origin, host))
        || (site != null && !OWN_SITE.contains(site) && !followsLink(exchange))) {
      exchange.setPersistent(false);
      Answers.problem(
          exchange,
          Problem.of(
              FailureKind.FOREIGN_PAGE,
              "a page of another server started this request"
                  + (origin == null ? "" : ", " + origin)
                  + "; open this server's own pages, or ask from outside a browser"));
    } else {
      inside.handleRequest(exchange);
    }
  }

  private boolean isOurs(String origin, @Nullable String host) {
    String from = authority(origin);
    if (from.isEmpty()) {
      return false;
    }
    boolean secure = origin.startsWith("https:");
    return from.equals(advertised) || (host != null && from.equals(withPort(host, secure)));
  }

  private static boolean followsLink(HttpServerExchange exchange) {
    return AllowedMethods.isRead(exchange.getRequestMethod())
        && "navigate".equals(exchange.getRequestHeaders().getFirst(FETCH_MODE));
  }

  /** Host and port of a URL; empty if it has none. */
  private static String authority(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() == null || uri.getScheme() == null
          ? ""
          : withPort(uri.getRawAuthority(), uri.getScheme().equals("https"));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String withPort(String authority, boolean secure) {
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.matches(".*:\\d+") ? lower : lower + (secure ? ":443" : ":80");
  }
}
