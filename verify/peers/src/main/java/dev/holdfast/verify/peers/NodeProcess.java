package dev.holdfast.verify.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One node of a peer in a process of its own, so that it can be killed. It ends when the process
 * does that has started it; where there is {@code setpriv}, as on Linux, even if it is frozen. Used
 * by one thread, which must live as long as the node.
 */
final class NodeProcess implements AutoCloseable {
  private static final String HEAP = "512m";
  private static final String READY = "ready";

  private final Process process;

  private NodeProcess(Process process) {
    this.process = process;
  }

  /** Starts the one node that the setting has here, and waits until it takes part. */
  static NodeProcess start(Kind kind, Setting setting) {
    List<String> words = new ArrayList<>(List.of(kind.label()));
    words.addAll(setting.words());
    List<String> command = new ArrayList<>(
        Servers.program("setpriv").isPresent()
            ? List.of("setpriv", "--pdeathsig", "KILL")
            : List.of());
    command.addAll(Fork.java(HEAP, NodeProcess.class, words));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      String line = lines.readLine();
      while (line != null && !line.equals(READY)) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new IllegalStateException(
            "node " + setting.here() + " of " + kind.label() + " did not start");
      }
      return new NodeProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Started by {@link #start}: one node, until there is a word to read, or nobody to write it. */
  @SuppressWarnings("CatchAndPrintStackTrace") // the log is where it belongs
  public static void main(String[] args) {
    try {
      Kind kind = Kind.named(args[0]).orElseThrow();
      Peer peer = kind.start(Setting.of(List.of(args).subList(1, args.length)));
      System.out.println(READY);
      System.out.flush();
      if (System.in.read() >= 0) {
        peer.close();
      }
      Runtime.getRuntime().halt(0);
    } catch (IOException | RuntimeException | Error e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  void freeze() {
    try {
      int failed =
          new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor();
      if (failed != 0) {
        throw new IllegalStateException("kill -STOP failed with " + failed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has it leave in order, and does not wait for that. */
  void askToEnd() {
    try {
      OutputStream words = process.getOutputStream();
      words.write('\n');
      words.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasEnded() {
    return !process.isAlive();
  }

  @Override
  public void close() {
    kill();
    process.onExit().join();
  }
}
