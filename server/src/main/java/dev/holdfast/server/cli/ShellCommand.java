package dev.holdfast.server.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "shell",
    description = "Talk to a server; without a terminal, run the commands that come in.")
final class ShellCommand extends JsonCommand {
  @Mixin
  ServerOptions server = new ServerOptions();

  ShellCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    try {
      Api api = session.api(server);
      return run(api, node(api));
    } catch (CommandFailure failure) {
      session.report(json).failure(failure);
      return failure.exit().number();
    }
  }

  /** The name of the node, asked first, so that a wrong URL is noticed before any command. */
  private String node(Api api) {
    try {
      return api.read("/v1").body().path("node").asString("holdfast");
    } catch (CommandFailure failure) {
      throw session.advised(failure, api);
    }
  }

  private int run(Api api, String node) {
    ServedNeighbours neighbours = new ServedNeighbours(api);
    neighbours.refresh();
    boolean person = Terminals.stdin();
    Dispatcher dispatcher =
        new Dispatcher(session, api.server(), neighbours, json, !json, List.of());
    if (!person) {
      return Shell.run(System.in, dispatcher, session.report());
    }
    ShellCompleter completer = new ShellCompleter(dispatcher.commands(), api, neighbours);
    return new TerminalShell(dispatcher, session, completer, node).run(above -> {});
  }
}
