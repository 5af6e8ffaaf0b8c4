package dev.holdfast.server.cli;

import dev.holdfast.server.config.Nearest;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what is wrong with a command line. */
final class UsageProblems implements CommandLine.IParameterExceptionHandler {
  private final Session session;
  private final boolean inShell;

  UsageProblems(Session session, boolean inShell) {
    this.session = session;
    this.inShell = inShell;
  }

  @Override
  public int handleParseException(ParameterException problem, String[] args) {
    boolean json = Arrays.asList(args).contains("--json");
    CommandFailure failure = CommandFailure.usage(message(problem));
    session.report(json).failure(failure);
    return failure.exit().number();
  }

  private String message(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    String name = command.getCommandSpec().qualifiedName().strip();
    String help = inShell
        ? (name.isEmpty() ? "help" : "help " + name)
        : (name.isEmpty() ? "" : name + " ") + "--help";
    return reason(problem, command) + " (see " + help + ")";
  }

  private static String reason(ParameterException problem, CommandLine command) {
    if (problem instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String given = unmatched.getUnmatched().get(0);
      boolean option = unmatched.isUnknownOption();
      List<String> known = option
          ? List.copyOf(command.getCommandSpec().optionsMap().keySet())
          : List.copyOf(command.getSubcommands().keySet());
      if (option) {
        return "unknown option " + given + Nearest.hint(given, known);
      }
      return known.isEmpty()
          ? "\"" + given + "\" is one argument too many"
          : "unknown command \"" + given + "\"" + Nearest.hint(given, known);
    }
    String text = String.valueOf(problem.getMessage()).strip();
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
