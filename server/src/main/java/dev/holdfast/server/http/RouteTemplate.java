package dev.holdfast.server.http;

import java.util.List;
import java.util.Set;

/** Requests by what they are about, without what they name: what metrics and spans may tell. */
final class RouteTemplate {
  /** Whatever is no path of ours. */
  static final String OTHER = "other";

  private static final Set<String> ALONE =
      Set.of("/livez", "/readyz", "/metrics", "/openapi.json", "/v1/nodes", "/v1/shards");
  private static final Set<String> OF_AN_ENTITY = Set.of("placement", "history", "watch");

  private RouteTemplate() {}

  /** The path as docs/http-api.md writes it, or {@link #OTHER}. */
  static String of(List<String> path) {
    String whole = "/" + String.join("/", path);
    if (path.isEmpty() || ALONE.contains(whole)) {
      return whole;
    }
    return switch (path.get(0)) {
      case "v1" -> version1(path.subList(1, path.size()));
      case "console" -> path.size() == 2 ? "/console/{file}" : OTHER;
      default -> OTHER;
    };
  }

  private static String version1(List<String> path) {
    int parts = path.size();
    if (parts == 3 && path.get(0).equals("nodes") && path.get(2).equals("drain")) {
      return "/v1/nodes/{name}/drain";
    }
    if (parts == 4 && path.get(2).equals("changes")) {
      return "/v1/{type}/{id}/changes/{name}";
    }
    if (parts == 3) {
      return OF_AN_ENTITY.contains(path.get(2)) ? "/v1/{type}/{id}/" + path.get(2) : OTHER;
    }
    return switch (parts) {
      case 0 -> "/v1";
      case 1 -> path.get(0).equals("events") ? "/v1/events" : "/v1/{type}";
      case 2 -> path.get(1).equals("watch") ? "/v1/{type}/watch" : "/v1/{type}/{id}";
      default -> OTHER;
    };
  }
}
