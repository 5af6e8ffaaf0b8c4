package dev.holdfast.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "Start two nodes, foo and bar, on one database that holds entity_1 and entity_2,"
          + " and give a shell on foo.",
      "Without a terminal, run the commands that come in, and end with the worst exit code."
    })
final class DemoCommand extends JsonCommand {
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The port of foo; bar has the next one (default: ${DEFAULT-VALUE}).")
  int httpPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the data there; else in a temporary folder, removed at the end.")
  @Nullable Path data;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "Such as jdbc:postgresql://host/database; else a file in the data folder.")
  String database = "";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "The database's user; its password is taken from" + " $HOLDFAST_DATABASE_PASSWORD.")
  String user = "";

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many nodes, 1 to 8 (default: ${DEFAULT-VALUE}).")
  int nodes;

  DemoCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    try {
      requireSense();
      DemoFolder folder = DemoFolder.open(data);
      return run(folder);
    } catch (CommandFailure failure) {
      return session.report(json).failed(failure);
    }
  }

  private void requireSense() {
    if (nodes < 1 || nodes > DemoNodes.NAMES.size()) {
      throw CommandFailure.usage("--nodes is 1 to " + DemoNodes.NAMES.size() + ", not " + nodes);
    }
    if (httpPort < 1 || httpPort + nodes - 1 > 65_535) {
      throw CommandFailure.usage("--http-port is 1 to " + (65_536 - nodes) + ", not " + httpPort);
    }
  }

  private int run(DemoFolder folder) {
    Report report = session.report();
    String url = database.isEmpty() ? folder.database() : database;
    NodeProgram program = new NodeProgram(url, user, folder.config(), folder.libraries());
    Notices notices = new Notices(report::note);
    try (DemoNodes cluster = new DemoNodes(program, httpPort, nodes, session, notices)) {
      // However this ends: the nodes see the end of their input even if we are killed.
      Thread ending = new Thread(() -> end(cluster, folder), "end of the demo");
      Runtime.getRuntime().addShutdownHook(ending);
      cluster.start();
      greet(cluster, folder, url, report);
      return commands(cluster, notices);
    } finally {
      folder.close();
    }
  }

  private static void end(DemoNodes cluster, DemoFolder folder) {
    cluster.close();
    folder.close();
  }

  private void greet(DemoNodes cluster, DemoFolder folder, String url, Report report) {
    Style style = report.style();
    for (String name : cluster.names()) {
      report.note(style.name(name) + "  " + cluster.find(name));
    }
    report.note(style.faint("Each of them is a console, to be opened in a browser."));
    report.note(style.faint("database  " + url));
    if (folder.temporary()) {
      report.note(style.faint(folder.path() + " is removed at the end; --data DIR keeps it"));
    }
  }

  private int commands(DemoNodes cluster, Notices notices) {
    String foo = DemoNodes.NAMES.get(0);
    Dispatcher dispatcher =
        new Dispatcher(session, cluster.find(foo), cluster, json, !json, cluster.commands(json));
    if (!Terminals.stdin()) {
      return Shell.run(System.in, dispatcher, session.report());
    }
    session.report().note("Try: get entity_1, set entity_1 working, @bar get entity_1, help");
    Api api = session.at(cluster.find(foo), cluster, false, false).api("");
    ShellCompleter completer = new ShellCompleter(dispatcher.commands(), api, cluster);
    int code = new TerminalShell(dispatcher, session, completer, foo).run(notices::to);
    notices.to(session.report()::note);
    return code;
  }
}
