package dev.holdfast.server.http;

import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every path there is, with what a token must allow for each of its methods. A path that is missing
 * here is not answered, whatever the {@link Router} says. More special paths come first.
 */
final class Routes {
  /**
   * A path.
   *
   * @param template such as {@code /v1/{type}}; a last segment <code>**</code> stands for any
   *     others
   * @param scopes what each method needs; empty for nothing
   */
  record Route(String template, Map<HttpString, Optional<Scope>> scopes) {
    private boolean matches(List<String> path) {
      List<String> segments = segments();
      for (int i = 0; i < segments.size(); i++) {
        String segment = segments.get(i);
        if (segment.equals("**")) {
          return path.size() > i;
        }
        if (i >= path.size() || !(segment.startsWith("{") || segment.equals(path.get(i)))) {
          return false;
        }
      }
      return segments.size() == path.size();
    }

    private List<String> segments() {
      return Arrays.stream(template.split("/", -1))
          .filter(each -> !each.isEmpty())
          .toList();
    }
  }

  static final List<Route> ALL = List.of(
      open("/"),
      open("/livez"),
      open("/readyz"),
      open("/openapi.json"),
      open("/console/{file}"),
      read("/metrics"),
      read("/v1"),
      read("/v1/nodes"),
      read("/v1/shards"),
      read("/v1/events"),
      of("/v1/nodes/{name}/drain", Methods.POST, Scope.ADMIN),
      read("/v1/{type}/{id}/placement"),
      read("/v1/{type}/{id}/history"),
      of("/v1/{type}/{id}/watch", Methods.GET, Scope.READ),
      of("/v1/{type}/{id}/changes/{name}", Methods.POST, Scope.WRITE),
      read("/v1/{type}"),
      new Route("/v1/{type}/{id}", entity()),
      // The entity of that id unless a prefix is asked for, so the line above speaks for both.
      of("/v1/{type}/watch", Methods.GET, Scope.READ));

  private Routes() {}

  /** The path's route; null if there is none. */
  static @Nullable Route of(List<String> path) {
    return ALL.stream().filter(route -> route.matches(path)).findFirst().orElse(null);
  }

  /** One that anybody may read. */
  private static Route open(String template) {
    return new Route(template, methods(Optional.empty(), Methods.GET, Methods.HEAD));
  }

  private static Route read(String template) {
    return new Route(template, methods(Optional.of(Scope.READ), Methods.GET, Methods.HEAD));
  }

  private static Route of(String template, HttpString method, Scope scope) {
    return new Route(template, methods(Optional.of(scope), method));
  }

  private static Map<HttpString, Optional<Scope>> entity() {
    Map<HttpString, Optional<Scope>> all =
        new LinkedHashMap<>(methods(Optional.of(Scope.READ), Methods.GET, Methods.HEAD));
    all.putAll(methods(Optional.of(Scope.WRITE), Methods.PUT, Methods.PATCH, Methods.DELETE));
    return Collections.unmodifiableMap(all);
  }

  /** In their order, in which {@code Allow} tells them. */
  private static Map<HttpString, Optional<Scope>> methods(
      Optional<Scope> scope, HttpString... methods) {
    Map<HttpString, Optional<Scope>> all = new LinkedHashMap<>();
    for (HttpString method : methods) {
      all.put(method, scope);
    }
    return Collections.unmodifiableMap(all);
  }
}
