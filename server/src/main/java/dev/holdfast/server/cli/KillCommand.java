package dev.holdfast.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "kill", description = "End a node of the demo at once, as a crash would (SIGKILL).")
final class KillCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "NODE", description = "Its name.")
  String node = "";

  private final DemoNodes nodes;
  private final Report report;

  KillCommand(DemoNodes nodes, Report report) {
    this.nodes = nodes;
    this.report = report;
  }

  @Override
  public void run() {
    nodes.kill(node);
    report.line(
        JsonMapper.shared().createObjectNode().put("node", node).put("state", "killed"),
        node + " is dead; start it again with: restart " + node);
  }
}
