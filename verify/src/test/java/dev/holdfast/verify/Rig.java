package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Two or three nodes and a PostgreSQL, each node on a loopback address of its own, so that it can
 * be cut off from any of the others; on the embedded database, just the nodes. Used by one thread.
 */
final class Rig implements AutoCloseable {
  /** A node and where it is. */
  record Node(ServerProcess process, String address) {
    void end() {
      process.close();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + process.port());
    }
  }

  private static final long PACE_NANOS = 20_000_000;

  private final Path folder;
  private final List<Node> nodes = new ArrayList<>();

  /** Those that run, the one that runs longest first: it has the engine's coordinator. */
  private final List<Node> byAge = new ArrayList<>();

  private @Nullable EmbeddedPostgres postgres;

  Rig(Path folder, boolean embedded, int count) throws IOException {
    this.folder = folder;
    Path config = folder.resolve("nodes.conf");
    Files.writeString(config, "types.counter {}\n");
    String sqlite = "jdbc:sqlite:" + folder.resolve("holdfast.db");
    if (!embedded) {
      postgres = startPostgres(0);
      letNodesIn();
    }
    for (int i = 0; i < count; i++) {
      String address = "127.0.0." + (11 + i);
      String name = List.of("foo", "bar", "baz").get(i);
      String url = embedded
          ? sqlite
          : "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres?localSocketAddress="
              + address;
      nodes.add(new Node(
          new ServerProcess(
              name,
              url,
              embedded ? "" : "postgres",
              folder,
              "--verbose",
              "--config",
              config.toString(),
              "--set",
              "node.host=" + address),
          address));
    }
    nodes.forEach(this::start);
  }

  private EmbeddedPostgres startPostgres(int port) throws IOException {
    EmbeddedPostgres.Builder builder = Postgres.builder()
        .setDataDirectory(folder.resolve("postgres"))
        .setCleanDataDirectory(false);
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** From any address of this machine; at first it trusts just one. */
  private void letNodesIn() throws IOException {
    Path rules = folder.resolve("postgres").resolve("pg_hba.conf");
    Files.writeString(rules, "host all all 127.0.0.0/8 trust\n", StandardOpenOption.APPEND);
    String url = "jdbc:postgresql://127.0.0.1:" + databasePort() + "/postgres?user=postgres";
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  int databasePort() {
    EmbeddedPostgres running = postgres;
    if (running == null) {
      throw new IllegalStateException("there is no PostgreSQL here");
    }
    return running.getPort();
  }

  List<Node> nodes() {
    return nodes;
  }

  /** The one that runs longest, or the one that runs shortest. */
  Node aged(boolean oldest) {
    return oldest ? byAge.get(0) : byAge.get(byAge.size() - 1);
  }

  List<Node> others(Node than) {
    return nodes.stream().filter(node -> !node.equals(than)).toList();
  }

  void start(Node node) {
    node.process.start();
    byAge.remove(node);
    byAge.add(node);
  }

  /** The node has a new life, though its process is the same. */
  void renewed(Node node) {
    byAge.remove(node);
    byAge.add(node);
  }

  /** The epochs by name, as the first of these nodes that answers says. */
  String epochs(Node asked) {
    return StreamSupport.stream(
            asked.process.ask("/v1/nodes").body().path("nodes").spliterator(), false)
        .map(row -> row.path("name").asString() + "=" + row.path("epoch").asLong())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /** Ends the database as a crash would; answers when it takes connections again. */
  long crashDatabase() throws IOException {
    int port = databasePort();
    Path pid = folder.resolve("postgres").resolve("postmaster.pid");
    String postmaster = Files.readAllLines(pid).get(0).strip();
    try {
      new ProcessBuilder("kill", "-QUIT", postmaster).start().waitFor();
      while (ProcessHandle.of(Long.parseLong(postmaster)).isPresent()) {
        Thread.onSpinWait();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    letGo();
    Thread starting = new Thread(() -> {
      try {
        postgres = startPostgres(port);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
    starting.start();
    long since = awaitConnection(port);
    try {
      starting.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return since;
  }

  /** Of the folder's lock, so that it can be started there again. */
  private void letGo() {
    try {
      EmbeddedPostgres crashed = postgres;
      if (crashed != null) {
        crashed.close();
      }
    } catch (IOException | RuntimeException e) {
      // It cannot be stopped, since it is not there.
    }
  }

  private static long awaitConnection(int port) {
    while (true) {
      String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
      try (Connection connection = DriverManager.getConnection(url)) {
        if (connection.isValid(1)) {
          return System.nanoTime();
        }
      } catch (SQLException e) {
        LockSupport.parkNanos(PACE_NANOS); // each try costs the database a process
      }
    }
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(node -> node.process.close());
    if (postgres != null) {
      postgres.close();
    }
  }
}
