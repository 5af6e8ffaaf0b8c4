package dev.holdfast.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "restart",
    description = "Start a node of the demo again; let it leave if it is up.")
final class RestartCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "NODE", description = "Its name.")
  String node = "";

  private final DemoNodes nodes;
  private final Report report;

  RestartCommand(DemoNodes nodes, Report report) {
    this.nodes = nodes;
    this.report = report;
  }

  @Override
  public void run() {
    nodes.restart(node);
    report.line(
        JsonMapper.shared().createObjectNode().put("node", node).put("state", "up"),
        node + " serves again");
  }
}
