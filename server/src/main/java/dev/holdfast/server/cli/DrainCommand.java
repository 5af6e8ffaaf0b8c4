package dev.holdfast.server.cli;

import dev.holdfast.server.wire.UrlPath;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(
    name = "drain",
    description = "Have a node hand its entities over to the others, then end. No call fails.")
final class DrainCommand extends ClientCommand {
  private static final int LONGEST_TIMEOUT = 86_400;

  @Parameters(index = "0", paramLabel = "NODE", description = "Its name. Any node may be asked.")
  String node = "";

  @Option(
      names = "--no-wait",
      description = "Do not wait until it is gone, only until it has been told.")
  boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait; then exit code 5 (default: ${DEFAULT-VALUE}).")
  int timeout;

  @Option(
      names = "--force",
      description = "Also if no other node is up, so that nobody serves any more.")
  boolean force;

  DrainCommand(Session session) {
    super(session);
  }

  @Override
  void run(Api api, Report report) {
    if (timeout < 1 || timeout > LONGEST_TIMEOUT) {
      throw CommandFailure.usage("--timeout is 1 to " + LONGEST_TIMEOUT + " s, not " + timeout);
    }
    Leaving leaving = new Leaving(session, api, report, node);
    JsonNode told = api.change(
            "POST",
            UrlPath.of("v1", "nodes", node, "drain"),
            force ? "{\"force\":true}" : "{}",
            Map.of("Content-Type", "application/json"))
        .body();
    if (noWait) {
      report.line(told, node + " is draining: " + told.path("shards").asString("?") + " shards");
      return;
    }
    leaving.await(told.path("epoch").asLong(), timeout);
    ObjectNode line = JsonMapper.shared().createObjectNode();
    line.put("node", node).set("epoch", told.path("epoch"));
    report.line(line.put("state", "left"), node + " has left");
  }
}
