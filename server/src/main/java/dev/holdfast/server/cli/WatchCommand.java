package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = "Show an entity, or all whose ids begin alike, and then what changes.",
    footer = {"", "Ends with Ctrl-C.", "Example: watch entity_1    watch --prefix entity_"})
final class WatchCommand extends ClientCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "The entity's id, or type/id.")
  String id = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The type; else entity if that is served, else the only one there is.")
  String type = "";

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "All entities whose ids begin with TEXT, which may be empty.")
  @Nullable String prefix;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End when so many lines were shown, the first ones included.")
  @Nullable Long count;

  WatchCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, Report report) {
    if (id.isEmpty() == (prefix == null)) {
      throw CommandFailure.usage("say what to watch: either an id or --prefix TEXT");
    }
    if (count != null && count < 1) {
      throw CommandFailure.usage("--count is at least 1, not " + count);
    }
    try (Watcher watcher = new Watcher(session, api, report, path(api), prefix == null)) {
      for (long shown = 0; count == null || shown < count; shown++) {
        if (!watcher.showNext()) {
          return;
        }
      }
    }
  }

  private String path(Api api) {
    if (prefix == null) {
      return EntityRef.parse(id, type, () -> session.usualType(api)).path() + "/watch";
    }
    String named = type.isEmpty() ? session.usualType(api) : type;
    return UrlPath.of("v1", named, "watch") + "?prefix=" + UrlPath.encode(prefix);
  }
}
