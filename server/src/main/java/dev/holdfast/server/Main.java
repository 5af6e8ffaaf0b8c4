package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.cli.Commands;
import dev.holdfast.server.config.ConfigProblem;
import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.server.wire.FailureKind;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program. */
@Command(
    name = "holdfast",
    description = "Every entity has exactly one live owner across your servers.",
    mixinStandardHelpOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CommandLine.HelpCommand.class)
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return commands().execute(arguments);
  }

  static CommandLine commands() {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new NodeCommand());
    Commands.subcommands().forEach(commands::addSubcommand);
    // A value may well begin with @, and none names a file of arguments.
    commands.setExpandAtFiles(false);
    commands.setParameterExceptionHandler(Commands.usageProblems());
    commands.setExecutionExceptionHandler((failure, command, parsed) -> report(command, failure));
    return commands;
  }

  private static int report(CommandLine command, Exception failure) {
    if (failure instanceof ConfigProblem problem) {
      command.getErr().println(problem.getMessage());
      return ExitCode.USAGE.number();
    }
    if (failure instanceof HoldfastException known) {
      command.getErr().println(known.getMessage());
      return FailureKind.of(known.code()).orElse(FailureKind.INTERNAL).exit().number();
    }
    LoggerFactory.getLogger(Main.class).error("unexpected", failure);
    command.getErr().println("something unexpected happened: " + failure);
    return ExitCode.ERROR.number();
  }
}
