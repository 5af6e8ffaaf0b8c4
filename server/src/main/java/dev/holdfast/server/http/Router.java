package dev.holdfast.server.http;

import dev.holdfast.Holdfast;
import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.function.Supplier;

/** Sends each request to its route. Thread-safe. */
final class Router implements HttpHandler {
  private final Supplier<Holdfast> serving;
  private final Runnable requireReady;
  private final EntityRoutes entities;
  private final NodeRoutes node;
  private final WatchRoutes watches;
  private final ServerMetrics metrics;
  private final EventRoutes events;
  private final ConsoleRoutes console;

  /**
   * Routes to the node that {@code serving} answers, which refuses while there is none.
   *
   * @param requireReady refuses unless the node is ready for traffic
   */
  Router(
      Supplier<Holdfast> serving,
      Runnable requireReady,
      EntityRoutes entities,
      NodeRoutes node,
      WatchRoutes watches,
      EventRoutes events,
      ConsoleRoutes console,
      ServerMetrics metrics) {
    this.serving = serving;
    this.requireReady = requireReady;
    this.entities = entities;
    this.node = node;
    this.watches = watches;
    this.metrics = metrics;
    this.events = events;
    this.console = console;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    Async.guarded(exchange, () -> route(exchange, Requests.path(exchange)));
  }

  private void route(HttpServerExchange exchange, List<String> path) throws Exception {
    String first = path.isEmpty() ? "" : path.get(0);
    switch (first) {
      case "" -> root(exchange);
      case "livez" -> node.live(exchange);
      case "readyz" -> {
        requireReady.run();
        node.ready(exchange);
      }
      case "openapi.json" -> node.openApi(exchange);
      case "metrics" -> metrics.tell(exchange);
      case "console" -> {
        if (path.size() != 2) {
          throw unknown(exchange);
        }
        console.file(exchange, path.get(1));
      }
      case "v1" -> version1(exchange, path.subList(1, path.size()));
      default -> throw unknown(exchange);
    }
  }

  private void root(HttpServerExchange exchange) {
    if (ConsoleRoutes.wanted(exchange)) {
      console.page(exchange);
    } else {
      node.root(exchange);
    }
  }

  private void version1(HttpServerExchange exchange, List<String> path) throws Exception {
    Holdfast holdfast = serving.get();
    if (path.isEmpty()) {
      node.types(exchange, holdfast);
    } else if (path.equals(List.of("nodes"))) {
      node.nodes(exchange, holdfast);
    } else if (path.equals(List.of("shards"))) {
      events.shards(exchange);
    } else if (path.equals(List.of("events"))) {
      events.events(exchange);
    } else if (path.size() == 3 && path.get(0).equals("nodes") && path.get(2).equals("drain")) {
      node.drain(exchange, holdfast, path.get(1));
    } else if (path.size() == 1) {
      entities.list(exchange, holdfast, path.get(0));
    } else if (path.size() == 2 && path.get(1).equals("watch") && WatchRoutes.isForAll(exchange)) {
      watches.all(exchange, holdfast, path.get(0));
    } else if (path.size() == 2) {
      entities.one(exchange, holdfast, path.get(0), path.get(1));
    } else if (path.size() == 3 && path.get(2).equals("watch")) {
      watches.one(exchange, holdfast, path.get(0), path.get(1));
    } else if (path.size() == 3 && path.get(2).equals("placement")) {
      node.placement(exchange, holdfast, path.get(0), path.get(1));
    } else if (path.size() == 3 && path.get(2).equals("history")) {
      node.history(exchange, holdfast, path.get(0), path.get(1));
    } else if (path.size() == 4 && path.get(2).equals("changes")) {
      entities.change(exchange, holdfast, path.get(0), path.get(1), path.get(3));
    } else {
      throw unknown(exchange);
    }
  }

  static Refused unknown(HttpServerExchange exchange) {
    return new Refused(
        FailureKind.UNKNOWN_PATH,
        "there is nothing at " + exchange.getRequestURI() + "; GET / lists what there is");
  }
}
