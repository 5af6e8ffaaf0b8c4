package dev.holdfast.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node of a demo. Its standard input is a pipe that we hold open: it leaves when that ends, so
 * also when we die. Thread-safe.
 */
final class DemoNode {
  private final String name;
  private final List<String> command;
  private final Notices notices;
  private final Consumer<DemoNode> onUnexpectedEnd;
  private @Nullable Process process;
  private @Nullable Thread messages;
  private boolean endWanted;

  DemoNode(String name, List<String> command, Notices notices, Consumer<DemoNode> onUnexpectedEnd) {
    this.name = name;
    this.command = List.copyOf(command);
    this.notices = notices;
    this.onUnexpectedEnd = onUnexpectedEnd;
  }

  String name() {
    return name;
  }

  synchronized void start() {
    try {
      endWanted = false;
      Process started = new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      process = started;
      messages = new Thread(() -> passThrough(started), name + "'s messages");
      messages.setDaemon(true);
      messages.start();
    } catch (IOException e) {
      throw CommandFailure.cannotStart("cannot start " + name + ": " + e.getMessage());
    }
  }

  /** Shows what the process prints until it ends, and tells if nobody had asked it to end. */
  private void passThrough(Process started) {
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(started.getErrorStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (isNews()) {
          notices.tell(name + ": " + line);
        }
      }
    } catch (IOException e) {
      // The process is gone, or we are.
    }
    awaitEnd(started, Long.MAX_VALUE);
    synchronized (this) {
      if (endWanted || started != process) {
        return;
      }
    }
    onUnexpectedEnd.accept(this);
  }

  /** What a node says while it leaves was asked for. */
  private synchronized boolean isNews() {
    return !endWanted;
  }

  synchronized boolean alive() {
    return process != null && process.isAlive();
  }

  /** Waits until all that a process said before its end is shown. */
  void awaitLastWords() {
    Thread speaking;
    synchronized (this) {
      speaking = messages;
    }
    try {
      if (speaking != null) {
        speaking.join(TimeUnit.SECONDS.toMillis(2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized long pid() {
    return process == null ? 0 : process.pid();
  }

  /** The exit code of a process that has ended. */
  synchronized int exitCode() {
    return process == null || process.isAlive() ? 0 : process.exitValue();
  }

  /** Asks the node to leave, by the end of its input. */
  synchronized void askToLeave() {
    endWanted = true;
    if (process != null) {
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // Then it has ended already.
      }
    }
  }

  /** Waits until the node has left; ends it by force if it takes too long. */
  void awaitLeft(long millis) {
    Process leaving = current();
    if (leaving != null && !awaitEnd(leaving, millis)) {
      leaving.destroyForcibly();
      awaitEnd(leaving, TimeUnit.SECONDS.toMillis(5));
    }
  }

  /** {@code kill -9}. */
  void kill() {
    Process victim = current();
    synchronized (this) {
      endWanted = true;
    }
    if (victim != null) {
      victim.destroyForcibly();
      awaitEnd(victim, TimeUnit.SECONDS.toMillis(5));
    }
  }

  private synchronized @Nullable Process current() {
    return process;
  }

  private static boolean awaitEnd(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
