package dev.holdfast.server.cli;

import picocli.CommandLine.Command;

@Command(name = "exit", aliases = "quit", description = "Leave the shell.")
final class ExitCommand implements Runnable {
  private final Runnable leave;

  ExitCommand(Runnable leave) {
    this.leave = leave;
  }

  @Override
  public void run() {
    leave.run();
  }
}
