package dev.holdfast.server.cli;

import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "nodes", description = "List the nodes of the cluster.")
final class NodesCommand extends ClientCommand {
  NodesCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, Report report) {
    JsonNode nodes = in(api.read("/v1/nodes").body());
    if (!report.json()) {
      report
          .out()
          .println(report
              .style()
              .faint(row("NODE", "STATE", "SHARDS", "COPIES", "GRANTED", "EPOCH", "HTTP", "ADDRESS")
                  .stripTrailing()));
    }
    for (JsonNode node : nodes) {
      report.line(node, describe(node, report.style()));
    }
  }

  /** The list of nodes in what {@code GET /v1/nodes} answers. */
  static JsonNode in(JsonNode body) {
    return body.isArray() ? body : body.path("nodes");
  }

  private static String describe(JsonNode node, Style style) {
    String text = row(
        text(node, "name") + (node.path("self").asBoolean(false) ? "*" : ""),
        text(node, "state"),
        text(node, "shards"),
        text(node, "copies"),
        text(node, "granted"),
        text(node, "epoch"),
        text(node, "http"),
        text(node, "address"));
    return switch (text(node, "state")) {
      case "up" -> text;
      case "fenced" -> style.bad(text);
      default -> style.faint(text);
    };
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("");
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, "%-12s %-9s %6s %6s %7s %6s  %-28s %s", (Object[]) cells);
  }
}
