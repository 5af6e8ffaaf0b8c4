package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.cli.Commands;
import dev.holdfast.server.config.ConfigProblem;
import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Version;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** The program: one command, then its exit code. No stack trace ever reaches its user. */
@Command(
    name = "holdfast",
    description = "Every entity has exactly one live owner across your servers.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.VersionLine.class,
    footer = {
      "",
      "Start with: holdfast demo",
      "Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 conflict, 5 unavailable.",
    })
public final class Main {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  private Main() {}

  /** What {@code --version} prints. */
  static final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"holdfast " + Version.TEXT};
    }
  }

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    CommandLine commands = commands();
    try {
      return commands.execute(arguments);
    } catch (Error e) { // such as too little memory; picocli hands on exceptions alone
      return report(commands.getErr(), e);
    }
  }

  static CommandLine commands() {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new CommandLine.HelpCommand());
    commands.addSubcommand(new NodeCommand());
    Commands.subcommands().forEach(commands::addSubcommand);
    return commands
        // A value may well begin with @, and none names a file of arguments.
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler(Commands.usageProblems())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> report(command.getErr(), failure));
  }

  private static int report(PrintWriter err, Throwable failure) {
    if (failure instanceof ConfigProblem problem) {
      err.println("error: " + problem.getMessage());
      return ExitCode.USAGE.number();
    }
    if (failure instanceof HoldfastException known) {
      err.println("error: " + known.getMessage());
      return FailureKind.of(known.code()).orElse(FailureKind.INTERNAL).exit().number();
    }
    err.println("error: something unexpected happened: " + failure + Logs.keep(failure));
    return ExitCode.ERROR.number();
  }
}
