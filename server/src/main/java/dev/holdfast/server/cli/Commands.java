package dev.holdfast.server.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The commands of this package, to be put below the program's root command. */
public final class Commands {
  private Commands() {}

  /** Fresh command objects for picocli. */
  public static List<Object> subcommands() {
    return subcommands(Session.ofProcess());
  }

  /**
   * Tells a wrong command line in one line, and ends with exit code 2. For the root command, whose
   * handler picocli asks.
   */
  public static CommandLine.IParameterExceptionHandler usageProblems() {
    return new UsageProblems(Session.ofProcess(), false);
  }

  /** Whether a person types what comes in. */
  public static boolean hasTerminal() {
    return Terminals.stdin();
  }

  /** A shell on the server at {@code url}, until the person leaves it. */
  public static void shell(String url) {
    new CommandLine(new ShellCommand(Session.ofProcess())).execute("--connect", url);
  }

  static List<Object> subcommands(Session session) {
    List<Object> all = new ArrayList<>(
        List.of(new DemoCommand(session), new TourCommand(session), new ShellCommand(session)));
    all.addAll(asking(session));
    all.addAll(List.of(
        new SchemaCommand(session), new TokenCommand(session), new VersionCommand(session)));
    return all;
  }

  /** The commands that make sense inside a shell. */
  static List<Object> inShell(Session session) {
    List<Object> all = new ArrayList<>(asking(session));
    all.add(new VersionCommand(session));
    return all;
  }

  private static List<ClientCommand> asking(Session session) {
    return List.of(
        new GetCommand(session),
        new SetCommand(session),
        new PatchCommand(session),
        new DeleteCommand(session),
        new ListCommand(session),
        new WhereCommand(session),
        new HistoryCommand(session),
        new WatchCommand(session),
        new NodesCommand(session),
        new DrainCommand(session));
  }
}
