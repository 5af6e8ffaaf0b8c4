package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command that tells programs what it tells people, if asked to. */
abstract class JsonCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print JSON, one object a line.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  final Session session;

  JsonCommand(Session session) {
    this.session = session;
  }
}
