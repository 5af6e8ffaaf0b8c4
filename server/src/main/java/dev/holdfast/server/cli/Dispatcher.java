package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Runs lines as commands, each against the shell's own node or, after {@code @name}, another one.
 * Belongs to one thread.
 */
final class Dispatcher {
  /** What the commands of a shell hang below; it does nothing by itself. */
  @Command(name = "", synopsisSubcommandLabel = "COMMAND")
  private static final class Root {}

  private final Session session;
  private final URI home;
  private final Neighbours neighbours;
  private final boolean json;
  private final boolean timed;
  private final List<Object> extra;
  private final Map<URI, CommandLine> commandLines = new HashMap<>();
  private boolean ended;

  Dispatcher(
      Session session,
      URI home,
      Neighbours neighbours,
      boolean json,
      boolean timed,
      List<Object> extra) {
    this.session = session;
    this.home = home;
    this.neighbours = neighbours;
    this.json = json;
    this.timed = timed;
    this.extra = List.copyOf(extra);
  }

  /** Runs one line; answers its exit code. */
  int run(String line) {
    Session here = session.at(home, neighbours, json, timed);
    try {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        return ExitCode.OK.number();
      }
      List<String> words = Words.split(text);
      URI node = home;
      if (words.get(0).startsWith("@")) {
        node = neighbours.find(words.get(0).substring(1));
        words = words.subList(1, words.size());
      }
      if (words.isEmpty()) {
        throw CommandFailure.usage(
            "a command is missing after " + text + ": try " + text + " nodes, or help for all");
      }
      return commandLine(node).execute(words.toArray(String[]::new));
    } catch (CommandFailure failure) {
      here.report().failure(failure);
      return failure.exit().number();
    }
  }

  /** Whether {@code exit} was said. */
  boolean ended() {
    return ended;
  }

  /** The commands as picocli knows them. */
  CommandLine commands() {
    return commandLine(home);
  }

  private CommandLine commandLine(URI node) {
    return commandLines.computeIfAbsent(node, this::build);
  }

  private CommandLine build(URI node) {
    Session at = session.at(node, neighbours, json, timed);
    CommandLine commands = new CommandLine(new Root());
    List<Object> all = new ArrayList<>(Commands.inShell(at));
    all.addAll(extra);
    all.add(new HelpCommand(at));
    all.add(new ExitCommand(() -> ended = true));
    all.forEach(commands::addSubcommand);
    return configure(commands, at);
  }

  private static CommandLine configure(CommandLine commands, Session at) {
    return commands
        .setExpandAtFiles(false)
        .setOut(new PrintWriter(at.report().out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(at.report().err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(new UsageProblems(at, true))
        .setExecutionExceptionHandler((failure, command, parsed) -> {
          CommandFailure told =
              failure instanceof CommandFailure known ? known : unexpected(failure);
          at.report().failure(told);
          return told.exit().number();
        });
  }

  private static CommandFailure unexpected(Exception failure) {
    return new CommandFailure(
        "internal",
        "something unexpected happened: " + failure,
        CommandFailure.UNKNOWN,
        ExitCode.ERROR);
  }
}
