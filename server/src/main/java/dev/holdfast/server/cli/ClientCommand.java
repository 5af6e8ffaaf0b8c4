package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import picocli.CommandLine.Mixin;

/** A command that asks a server. Subclasses say what; how it ends is decided here. */
abstract class ClientCommand extends JsonCommand {
  @Mixin
  ServerOptions server = new ServerOptions();

  ClientCommand(Session session) {
    super(session);
  }

  /** Does it, or throws a {@link CommandFailure}. */
  abstract void run(Api api, Report report);

  @Override
  public final Integer call() {
    Report report = session.report(json);
    try {
      Api api = session.api(server);
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
