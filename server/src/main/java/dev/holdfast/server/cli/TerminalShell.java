package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;

/** A shell for a person at a terminal: with completion, history and colours. */
final class TerminalShell {
  private final Dispatcher dispatcher;
  private final Session session;
  private final ShellCompleter completer;
  private final Style style;
  private final String node;

  TerminalShell(Dispatcher dispatcher, Session session, ShellCompleter completer, String node) {
    this.dispatcher = dispatcher;
    this.session = session;
    this.completer = completer;
    this.style = session.report().style();
    this.node = node;
  }

  /**
   * Reads and runs lines until the person leaves.
   *
   * @param above gets a way to print a line without disturbing what is being typed
   */
  int run(Consumer<Consumer<String>> above) {
    try (Terminal terminal = TerminalBuilder.builder().name("holdfast").build()) {
      LineReader reader = reader(terminal);
      above.accept(line -> reader.printAbove(AttributedString.fromAnsi(line)));
      String prompt = style.good(node + ">") + " ";
      int last = ExitCode.OK.number();
      while (!dispatcher.ended()) {
        try {
          last = interruptible(terminal, reader.readLine(prompt));
        } catch (UserInterruptException e) {
          if (e.getPartialLine().isEmpty()) {
            return ExitCode.OK.number();
          }
        } catch (EndOfFileException e) {
          return ExitCode.OK.number();
        }
      }
      return last;
    } catch (IOException e) {
      session.report().failure(CommandFailure.cannotStart("no terminal: " + e.getMessage()));
      return ExitCode.ERROR.number();
    }
  }

  /** While a command runs, Ctrl-C ends the command and not the shell. */
  private int interruptible(Terminal terminal, String line) {
    Thread running = Thread.currentThread();
    Terminal.SignalHandler before =
        terminal.handle(Terminal.Signal.INT, signal -> running.interrupt());
    try {
      return dispatcher.run(line);
    } finally {
      terminal.handle(Terminal.Signal.INT, before);
      var unused = Thread.interrupted();
    }
  }

  private LineReader reader(Terminal terminal) {
    LineReaderBuilder builder = LineReaderBuilder.builder()
        .appName("holdfast")
        .terminal(terminal)
        .parser(new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]))
        .completer(completer)
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
        .option(LineReader.Option.AUTO_FRESH_LINE, true);
    if (style == Style.COLOURED) {
      builder.highlighter(
          new ShellHighlighter(dispatcher.commands().getSubcommands().keySet()));
    }
    Path history = history(session.environment());
    if (canKeep(history)) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    return builder.build();
  }

  /** Where XDG wants state to be. */
  private static Path history(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path folder = state.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".local", "state")
        : Path.of(state);
    return folder.resolve("holdfast").resolve("history");
  }

  private static boolean canKeep(Path history) {
    try {
      Files.createDirectories(history.resolveSibling("."));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
