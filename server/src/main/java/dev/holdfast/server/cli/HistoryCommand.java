package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
    name = "history",
    description = "Tell who owned an entity, and from when to when, the latest first.")
final class HistoryCommand extends EntityCommand {
  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many owners at most, 1 to 100 (default: ${DEFAULT-VALUE}).")
  int limit;

  HistoryCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    if (limit < 1 || limit > 100) {
      throw CommandFailure.usage("--limit is 1 to 100, not " + limit);
    }
    String path = UrlPath.of("v1", entity.type(), entity.id(), "history");
    JsonNode history = api.read(path).body().path("history");
    if (history.isEmpty()) {
      report.note("nobody has owned it yet");
      return;
    }
    if (!report.json()) {
      String heads = row("NODE", "EPOCH", "TOKEN", "FROM", "TO", "ENDED");
      report.out().println(report.style().faint(heads));
    }
    int left = limit;
    for (JsonNode time : history) {
      if (left-- > 0) {
        report.line(time, describe(time, report.style()));
      }
    }
  }

  private static String describe(JsonNode time, Style style) {
    String to = time.path("to").asString("");
    String refused = time.path("refused").asString("");
    String text = row(
        time.path("node").asString(""),
        time.path("epoch").asString(""),
        time.path("token").asString(""),
        time.path("from").asString(""),
        to.isEmpty() ? "-" : to,
        ending(time) + (refused.isEmpty() ? "" : ", wrote in vain at " + refused));
    return to.isEmpty() ? text : refused.isEmpty() ? style.faint(text) : style.bad(text);
  }

  private static String ending(JsonNode time) {
    String ending = time.path("ending").asString("");
    String by = time.path("fencedBy").asString("");
    return switch (ending) {
      case "lasts" -> "owns it";
      case "fenced" -> by.isEmpty() ? ending : "fenced by epoch " + by;
      default -> ending.replace('-', ' ');
    };
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, "%-12s %5s %6s  %-24s  %-24s  %s", (Object[]) cells);
  }
}
