package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "tour",
    description = {
      "Show what happens to an entity on one server, on two, and when they fail: before there was"
          + " one owner for it, elsewhere, and here, live on two nodes of its own.",
      "Ends with exit code 1 if something is not as it should be."
    })
final class TourCommand implements Callable<Integer> {
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8090",
      description = "The port of foo; bar has the next one (default: ${DEFAULT-VALUE}).")
  int httpPort;

  @Option(names = "--no-wait", description = "Do not wait for Enter between the scenes.")
  boolean noWait;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  private final Session session;

  TourCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try {
      if (httpPort < 1 || httpPort > 65_534) {
        throw CommandFailure.usage("--http-port is 1 to 65534, not " + httpPort);
      }
      DemoFolder folder = DemoFolder.open(null);
      return run(folder);
    } catch (CommandFailure failure) {
      return session.report().failed(failure);
    }
  }

  private int run(DemoFolder folder) {
    Report report = session.report();
    NodeProgram program =
        new NodeProgram(folder.database(), "", folder.config(), folder.libraries());
    Notices notices = new Notices(line -> report.note(report.style().faint(line)));
    try (DemoNodes nodes = new DemoNodes(program, httpPort, 2, session, notices)) {
      Thread ending = new Thread(() -> end(nodes, folder), "end of the tour");
      Runtime.getRuntime().addShutdownHook(ending);
      TourStage stage = new TourStage(nodes, session);
      return new Tour(report, stage, !noWait && Terminals.stdin()).run(TourScenes.all());
    } finally {
      folder.close();
    }
  }

  private static void end(DemoNodes nodes, DemoFolder folder) {
    nodes.close();
    folder.close();
  }
}
