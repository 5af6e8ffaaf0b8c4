package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Commands one after the other, from a file or pipe. {@link TerminalShell} is for people. */
final class Shell {
  private Shell() {}

  /** Runs all lines; answers the worst exit code. */
  static int run(InputStream input, Dispatcher dispatcher, Report report) {
    int worst = ExitCode.OK.number();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
      String line;
      while (!dispatcher.ended() && (line = lines.readLine()) != null) {
        worst = Math.max(worst, dispatcher.run(line));
      }
    } catch (IOException e) {
      report.note("error: cannot read more commands: " + e.getMessage());
      worst = Math.max(worst, ExitCode.ERROR.number());
    }
    return worst;
  }
}
