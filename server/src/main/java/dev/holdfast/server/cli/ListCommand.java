package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "list", description = "List entities of a type, in the order of their ids.")
final class ListCommand extends ClientCommand {
  private static final int PAGE = 500;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TYPE",
      description = "The type; else entity if that is served, else the only one there is.")
  String type = "";

  @Option(names = "--type", hidden = true)
  String typeOption = "";

  @Option(names = "--after", paramLabel = "ID", description = "Begin after this id.")
  String after = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(names = "--all", description = "However many there are.")
  boolean all;

  ListCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, Report report) {
    if (limit < 1) {
      throw CommandFailure.usage("--limit is at least 1");
    }
    String named = type.isEmpty() ? typeOption : type;
    String path = UrlPath.of("v1", named.isEmpty() ? session.usualType(api) : named);
    long left = all ? Long.MAX_VALUE : limit;
    String next = after;
    do {
      Answer page = api.read(path + query(next, Math.min(PAGE, left)));
      for (JsonNode item : page.body().path("items")) {
        report.item(page.entity(item));
        left--;
      }
      next = page.body().path("next").asString("");
    } while (left > 0 && !next.isEmpty());
    if (!next.isEmpty()) {
      report.note("there are more: --after " + next + ", or --all");
    }
  }

  private static String query(String after, long limit) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("after", after);
    parameters.put("limit", Long.toString(limit));
    return Api.query(parameters);
  }
}
