package dev.holdfast.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs commands as the program does, and catches what they print. */
final class Cli {
  /** How a command ended. */
  record Ran(int code, String out, String err) {
    JsonNode json() {
      return JsonMapper.shared().readTree(out);
    }

    List<JsonNode> lines() {
      return out.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
    }
  }

  @Command(name = "holdfast")
  private static final class Root {}

  private Cli() {}

  /** One command against the server. */
  static Ran run(FakeServer server, String... args) {
    return run(Map.of("HOLDFAST_CONNECT", server.uri().toString()), args);
  }

  static Ran run(Map<String, String> environment, String... args) {
    Caught caught = new Caught();
    Session session = caught.session(environment);
    CommandLine root = new CommandLine(new Root());
    Commands.subcommands(session).forEach(root::addSubcommand);
    root.setExpandAtFiles(false).setParameterExceptionHandler(new UsageProblems(session, false));
    return caught.ran(root.execute(args));
  }

  /** Lines in a shell without a terminal. */
  static Ran shell(FakeServer server, boolean json, String... lines) {
    Caught caught = new Caught();
    Session session = caught.session(Map.of());
    URI home = server.uri();
    ServedNeighbours neighbours = new ServedNeighbours(session.api(home.toString()));
    neighbours.refresh();
    Dispatcher dispatcher = new Dispatcher(session, home, neighbours, json, !json, List.of());
    byte[] input = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    return caught.ran(Shell.run(new ByteArrayInputStream(input), dispatcher, session.report()));
  }

  /** What is printed. */
  static final class Caught {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Session session(Map<String, String> environment) {
      Report report = new Report(stream(out), stream(err), Style.PLAIN, false, false);
      return Session.of(report, environment);
    }

    Ran ran(int code) {
      return new Ran(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream into) {
      return new PrintStream(into, true, StandardCharsets.UTF_8);
    }
  }
}
