package dev.holdfast.server;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.server.cli.Commands;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jline.utils.Signals;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A process that is a node: it serves until a signal, the end of its input or a failure, then
 * leaves in order. Run by one thread; others only say when to end.
 *
 * <p>A second signal while it leaves ends it at once.
 */
final class NodeProcess {
  private static final String SQLITE = "jdbc:sqlite:";

  /** What a shell says of a process that was interrupted. */
  private static final int INTERRUPTED = 130;

  private final ServerConfig config;
  private final boolean json;
  private final boolean exitWithStdin;
  private final CompletableFuture<ExitCode> end = new CompletableFuture<>();

  NodeProcess(ServerConfig config, boolean json, boolean exitWithStdin) {
    this.config = config;
    this.json = json;
    this.exitWithStdin = exitWithStdin;
  }

  /** Serves until told to end; answers why it ended. */
  ExitCode run(HoldfastBuilder builder) {
    // A terminal sends Ctrl-C to everybody; whoever gave us its input decides when we end.
    Object oldInterrupt = Signals.register("INT", exitWithStdin ? () -> {} : this::signalled);
    Object oldTerminate = Signals.register("TERM", this::signalled);
    try {
      return serve(builder);
    } finally {
      Signals.unregister("INT", oldInterrupt);
      Signals.unregister("TERM", oldTerminate);
    }
  }

  private ExitCode serve(HoldfastBuilder builder) {
    if (exitWithStdin) {
      inBackground("stdin", () -> awaitEnd(System.in));
    }
    try (ServerNode node = ServerNode.start(config, builder, this::logToFile)) {
      node.failure().thenAccept(this::failed);
      node.closed().thenAccept(this::left);
      announce(node);
      boolean open = config.http().tls() == null && config.http().tokens() == null;
      if (!exitWithStdin && open && Commands.hasTerminal()) {
        inBackground("shell", () -> shell(node.url()));
      }
      return end.join();
    }
  }

  private void signalled() {
    if (!end.complete(ExitCode.OK)) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  private void failed(String reason) {
    if (!end.isDone()) {
      System.err.println(
          config.node().name() + " has stopped serving: " + reason + "; start it again");
    }
    end.complete(ExitCode.UNAVAILABLE);
  }

  /** Nobody here had asked for it: the node has been told to leave from outside. */
  private void left(String reason) {
    if (!end.isDone()) { // said first, for the process ends at once
      System.err.println(config.node().name() + " has left: " + reason);
    }
    end.complete(ExitCode.OK);
  }

  private static void inBackground(String name, Runnable task) {
    Thread thread = new Thread(task, "holdfast-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void shell(String url) {
    Commands.shell(url);
    end.complete(ExitCode.OK);
  }

  private void awaitEnd(InputStream stdin) {
    try {
      stdin.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // Whoever was at the other end is gone, which is what we wait for.
    }
    end.complete(ExitCode.OK);
  }

  private void logToFile() {
    String url = config.database().url();
    if (url.startsWith(SQLITE)) {
      Path database = Path.of(url.substring(SQLITE.length()).replaceFirst("[?].*", ""));
      Logs.toFile(database.toAbsolutePath().resolveSibling(config.node().name() + ".log"), form());
    }
  }

  private Logs.Form form() {
    return new Logs.Form(config.log().json(), config.node().name());
  }

  private void announce(ServerNode node) {
    String name = config.node().name();
    if (json) {
      System.out.println(
          JsonNodeFactory.instance.objectNode().put("node", name).put("url", node.url()));
    } else {
      System.err.println(name + " serves at " + node.url());
    }
  }
}
