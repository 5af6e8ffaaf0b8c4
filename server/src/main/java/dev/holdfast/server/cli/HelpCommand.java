package dev.holdfast.server.cli;

import dev.holdfast.server.config.Nearest;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Tell what commands there are, or more about one.")
final class HelpCommand implements Runnable {
  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "Which one.")
  String command = "";

  @Spec
  @Nullable CommandSpec spec;

  private final Session session;

  HelpCommand(Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    CommandLine root = java.util.Objects.requireNonNull(spec).root().commandLine();
    if (command.isEmpty()) {
      overview(root);
      return;
    }
    CommandLine found = root.getSubcommands().get(command);
    if (found == null) {
      throw CommandFailure.usage("there is no command \"" + command + "\""
          + Nearest.hint(command, root.getSubcommands().keySet()));
    }
    session.report().out().print(found.getUsageMessage(CommandLine.Help.Ansi.OFF));
  }

  private void overview(CommandLine root) {
    Style style = session.report().style();
    Map<String, CommandLine> commands = root.getSubcommands();
    for (CommandLine each : new LinkedHashSet<>(commands.values())) {
      String parameters = "";
      for (var parameter : each.getCommandSpec().positionalParameters()) {
        parameters += " "
            + (parameter.required() ? parameter.paramLabel() : "[" + parameter.paramLabel() + "]");
      }
      String head = String.format(Locale.ROOT, "%-18s", each.getCommandName() + parameters);
      String[] description = each.getCommandSpec().usageMessage().description();
      session
          .report()
          .out()
          .println("  " + style.name(head) + (description.length > 0 ? description[0] : ""));
    }
    session
        .report()
        .out()
        .println("\nPut @NODE before a command to ask that node: @bar get entity_1."
            + "\nMore about one command, with its options: help COMMAND.");
  }
}
