package dev.holdfast.server.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times requests by method, route and status. None of the three is taken from the
 * request as it is, so that nobody can make as many meters as they like. Thread-safe.
 */
final class HttpMeters implements HttpHandler {
  private static final AttachmentKey<String> ROUTE = AttachmentKey.create(String.class);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "POST", "OPTIONS");

  private record Kind(String method, String route, int status) {}

  private final HttpHandler inside;
  private final MeterRegistry registry;
  private final String node;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  HttpMeters(HttpHandler inside, MeterRegistry registry, String node) {
    this.inside = inside;
    this.registry = registry;
    this.node = node;
    Gauge.builder("holdfast.http.under.way", underWay, AtomicInteger::get)
        .description("HTTP requests that are not answered yet")
        .tags("node", node)
        .register(registry);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    Timer.Sample began = Timer.start(registry);
    underWay.incrementAndGet();
    exchange.addExchangeCompleteListener((done, next) -> {
      underWay.decrementAndGet();
      began.stop(timers.computeIfAbsent(kind(done), this::timer));
      next.proceed();
    });
    inside.handleRequest(exchange);
  }

  private static Kind kind(HttpServerExchange exchange) {
    return new Kind(method(exchange), route(exchange), exchange.getStatusCode());
  }

  /** The method, or {@code OTHER}. */
  static String method(HttpServerExchange exchange) {
    String method = exchange.getRequestMethod().toString();
    return METHODS.contains(method) ? method : "OTHER";
  }

  /** The path without what it names; found out once. */
  static String route(HttpServerExchange exchange) {
    String known = exchange.getAttachment(ROUTE);
    if (known != null) {
      return known;
    }
    String route = template(exchange);
    exchange.putAttachment(ROUTE, route);
    return route;
  }

  private static String template(HttpServerExchange exchange) {
    try {
      return RouteTemplate.of(Requests.path(exchange));
    } catch (Refused malformed) {
      return RouteTemplate.OTHER;
    }
  }

  private Timer timer(Kind kind) {
    return Timer.builder("holdfast.http.requests")
        .description("HTTP requests until their answer was sent")
        .tags("node", node, "method", kind.method, "route", kind.route)
        .tag("status", Integer.toString(kind.status))
        .register(registry);
  }
}
