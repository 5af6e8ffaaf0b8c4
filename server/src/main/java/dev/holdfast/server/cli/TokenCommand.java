package dev.holdfast.server.cli;

import dev.holdfast.server.http.Scope;
import dev.holdfast.server.http.Token;
import dev.holdfast.server.wire.ExitCode;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "token", description = "Make access tokens.", synopsisSubcommandLabel = "create")
final class TokenCommand {
  private final Session session;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  TokenCommand(Session session) {
    this.session = session;
  }

  @Command(
      name = "create",
      description = "Print a new access token, and the line for the file that http.tokens names.",
      footer = {
        "",
        "The token is for the client: HOLDFAST_TOKEN, or a file for --token-file. It is",
        "printed once and kept nowhere. The line is for the server, and holds no secret."
      })
  int create(
      @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose it is.")
          String name,
      @Option(
              names = "--scopes",
              defaultValue = "read",
              paramLabel = "SCOPES",
              description = "read, write and admin, with commas; read if none is given.")
          String scopes,
      @Option(names = "--json", description = "Print JSON.") boolean json,
      @Option(
              names = {"-h", "--help"},
              usageHelp = true,
              description = "Show this help.")
          boolean wantsHelp) {
    Report report = session.report(json);
    Set<Scope> allowed = Scope.parse(scopes).orElse(Set.of());
    if (allowed.isEmpty()) {
      return report.failed(CommandFailure.usage(
          "--scopes takes read, write and admin, with commas, not \"" + scopes + "\""));
    }
    String text = Token.random();
    try {
      String line = Token.of(name, allowed, text).line();
      ObjectNode node = JsonMapper.shared().createObjectNode();
      report.line(node.put("token", text).put("line", line), "token  " + text + "\nline   " + line);
      return ExitCode.OK.number();
    } catch (IllegalArgumentException e) {
      return report.failed(CommandFailure.usage(String.valueOf(e.getMessage())));
    }
  }
}
