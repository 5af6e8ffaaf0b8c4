package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ReadMode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "get",
    description = "Read an entity.",
    footer = {"", "Example: get entity_1 --read stale:500ms"})
final class GetCommand extends EntityCommand {
  @Option(
      names = "--read",
      paramLabel = "MODE",
      description = "How fresh: " + ReadMode.ALLOWED + " (default: linearizable).")
  String read = "";

  GetCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    report.entity(api.read(entity.path() + Api.query(Map.of("read", checked(read)))));
  }

  private static String checked(String mode) {
    try {
      if (!mode.isEmpty()) {
        var unused = ReadMode.parse(mode);
      }
      return mode;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }
}
