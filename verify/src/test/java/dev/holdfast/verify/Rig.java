package dev.holdfast.verify;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private final List<Node> nodes = new ArrayList<>();

  /** Those that run, the one that runs longest first: it has the engine's coordinator. */
  private final List<Node> byAge = new ArrayList<>();

  private @Nullable PostgresServer postgres;

  Rig(Path folder, boolean embedded, int count) throws IOException {
    Path config = folder.resolve("nodes.conf");
    Files.writeString(config, "types.counter {}\n");
    String sqlite = "jdbc:sqlite:" + folder.resolve("holdfast.db");
    if (!embedded) {
      postgres = PostgresServer.start(folder.resolve("postgres"));
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

  private PostgresServer database() {
    PostgresServer running = postgres;
    if (running == null) {
      throw new IllegalStateException("there is no PostgreSQL here");
    }
    return running;
  }

  int databasePort() {
    return database().port();
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
    database().crash();
    return database().startAgain();
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(node -> node.process.close());
    if (postgres != null) {
      postgres.close();
    }
  }
}
