package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.server.wire.Version;
import picocli.CommandLine.Command;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "version", description = "Tell which Holdfast and which Java this is.")
final class VersionCommand extends JsonCommand {
  VersionCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    String java = Runtime.version().toString();
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    ObjectNode version = JsonMapper.shared().createObjectNode();
    version.put("holdfast", Version.TEXT).put("java", java).put("system", system);
    session
        .report(json)
        .line(version, "holdfast " + Version.TEXT + " (Java " + java + ", " + system + ")");
    return ExitCode.OK.number();
  }
}
