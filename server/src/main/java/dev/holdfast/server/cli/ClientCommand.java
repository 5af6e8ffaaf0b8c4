package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command that asks a server. Subclasses say what; how it ends is decided here. */
abstract class ClientCommand implements Callable<Integer> {
  @Option(
      names = "--connect",
      paramLabel = "URL",
      description = "The server's URL; else $HOLDFAST_CONNECT, else port 8080 of this machine.")
  String connect = "";

  @Option(names = "--json", description = "Print JSON, one object a line.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  final Session session;

  ClientCommand(Session session) {
    this.session = session;
  }

  /** Does it, or throws a {@link CommandFailure}. */
  abstract void run(Api api, Report report);

  @Override
  public final Integer call() {
    Report report = session.report(json);
    try {
      Api api = session.api(connect);
      try {
        run(api, report);
        return ExitCode.OK.number();
      } catch (CommandFailure failure) {
        throw session.advised(failure, api);
      }
    } catch (CommandFailure failure) {
      report.failure(failure);
      return failure.exit().number();
    }
  }
}
