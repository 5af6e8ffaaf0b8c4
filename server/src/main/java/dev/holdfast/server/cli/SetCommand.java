package dev.holdfast.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    description = "Give an entity a value; create it if it is not there.",
    footer = {"", "Example: set entity_1 working", "Example: set entity_1 '{\"state\":\"working\"}'"
    })
final class SetCommand extends ChangeCommand {
  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description = "JSON; or a word, which sets the type's main field.")
  String value = "";

  @Option(names = "--if-absent", description = "Only create; if it is there, exit code 4.")
  boolean ifAbsent;

  SetCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    Map<String, String> headers = headers();
    headers.put("Content-Type", "application/json");
    if (ifAbsent && ifRevision != null) {
      throw CommandFailure.usage("--if-absent and --if-revision exclude each other");
    }
    if (ifAbsent) {
      headers.put("If-None-Match", "*");
    }
    report.entity(api.change("PUT", entity.path(), ValueArgument.json(value), headers));
  }
}
