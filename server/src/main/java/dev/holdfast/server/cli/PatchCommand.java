package dev.holdfast.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "patch",
    description = "Change some fields of an entity (JSON merge patch, RFC 7396).",
    footer = {"", "Example: patch entity_1 '{\"state\":\"working\"}'"})
final class PatchCommand extends ChangeCommand {
  @Parameters(
      index = "1",
      paramLabel = "PATCH",
      description = "A JSON object with the fields to change; null removes one.")
  String patch = "";

  PatchCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, EntityRef entity, Report report) {
    Map<String, String> headers = headers();
    headers.put("Content-Type", "application/merge-patch+json");
    report.entity(api.change("PATCH", entity.path(), ValueArgument.patch(patch), headers));
  }
}
