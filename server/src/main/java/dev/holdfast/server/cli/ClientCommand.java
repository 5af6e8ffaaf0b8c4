package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import picocli.CommandLine.Option;

/** A command that asks a server. Subclasses say what; how it ends is decided here. */
abstract class ClientCommand extends JsonCommand {
  @Option(
      names = "--connect",
      paramLabel = "URL",
      description = "The server's URL; else $HOLDFAST_CONNECT, else port 8080 of this machine.")
  String connect = "";

  ClientCommand(Session session) {
    super(session);
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
