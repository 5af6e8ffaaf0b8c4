package dev.holdfast.verify.fire;

import dev.holdfast.Holdfast;
import dev.holdfast.NodeInfo;
import dev.holdfast.verify.PostgresServer;
import dev.holdfast.verify.Rest;
import dev.holdfast.verify.ServerProcess;
import dev.holdfast.verify.SourceTree;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in processes of their own, one more in this process, and their database. Each node has a
 * loopback address of its own, so that it can be cut off from any other, and on PostgreSQL a link
 * of its own to the database. Used by one thread.
 */
final class Cluster implements AutoCloseable {
  static final int SHARDS = 32;
  static final Duration TTL = Duration.ofSeconds(3);

  private static final List<String> NAMES = List.of("foo", "bar", "baz", "qux", "quux");
  private static final String OWN = "here";
  private static final String OWN_ADDRESS = "127.0.0.10";

  /**
   * A node in a process of its own.
   *
   * @param failpoint see {@link FragileDatabases}
   */
  record Node(
      ServerProcess process, String address, @Nullable DatabaseLink link, Path failpoint) {
    String name() {
      return process.name();
    }
  }

  private final List<Node> nodes = new ArrayList<>();
  private final Set<Node> hurt = new HashSet<>();
  private final @Nullable SmallDisk disk;
  private final Path data;
  private @Nullable PostgresServer postgres;
  private int failovers;
  private final Holdfast own;
  private final @Nullable DatabaseLink ownLink;

  /**
   * Starts them; returns when all serve.
   *
   * @param folder for logs, and the data
   * @param mayMount whether to put the data on a small disk, if it can be had
   * @param mutant classes that take the place of the product's; null for the product as it is
   */
  Cluster(Path folder, boolean embedded, boolean mayMount, int count, @Nullable Path mutant)
      throws IOException {
    disk = mayMount ? SmallDisk.in(folder) : null;
    data = disk == null ? folder : disk.folder();
    postgres = embedded ? null : PostgresServer.startSmall(data.resolve("postgres"));
    for (int i = 0; i < count; i++) {
      String name = NAMES.get(i);
      String address = "127.0.0." + (11 + i);
      DatabaseLink link = link();
      Path failpoint = folder.resolve(name + ".failpoint");
      String url = FragileDatabases.url(failpoint, url(data, link));
      ServerProcess process =
          ServerProcess.of(name, folder, port -> command(mutant, name, address, port, url));
      nodes.add(new Node(process, address, link, failpoint));
      process.launch();
    }
    nodes.forEach(node -> node.process.awaitReady());
    ownLink = link();
    own = FireNode.embedded(OWN, OWN_ADDRESS, url(data, ownLink), user(), TTL).start();
  }

  private @Nullable DatabaseLink link() throws IOException {
    return postgres == null ? null : new DatabaseLink(postgres.port());
  }

  private static String url(Path folder, @Nullable DatabaseLink link) {
    return link == null
        ? "jdbc:sqlite:" + folder.resolve("holdfast.db")
        : "jdbc:postgresql://127.0.0.1:" + link.port() + "/postgres";
  }

  private String user() {
    return postgres == null ? "" : "postgres";
  }

  private List<String> command(
      @Nullable Path mutant, String name, String address, int port, String url) {
    String classes = SourceTree.root().resolve("verify/target/test-classes").toString();
    String first = mutant == null ? classes : mutant + ":" + classes;
    return List.of(
        ServerProcess.java(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", // they do not live long
        "-Dlogback.configurationFile="
            + SourceTree.root().resolve("verify/src/test/fire/logback.xml"),
        "-cp",
        first + ":" + ServerProcess.jar(),
        FireNode.class.getName(),
        name,
        address,
        Integer.toString(port),
        url,
        user(),
        Long.toString(TTL.toMillis()));
  }

  List<Node> nodes() {
    return nodes;
  }

  /**
   * That many nodes to be hurt, none of which is being hurt already if there are enough of them;
   * their processes run.
   */
  List<Node> victims(int count, Random random) {
    List<Node> running = new ArrayList<>(nodes);
    running.removeIf(node -> !node.process.alive());
    Collections.shuffle(running, random);
    running.sort(Comparator.comparing(hurt::contains));
    List<Node> victims = List.copyOf(running.subList(0, Math.min(count, running.size())));
    hurt.addAll(victims);
    return victims;
  }

  /** Nobody is being hurt any more. */
  void healed() {
    hurt.clear();
  }

  /** Where the data are; null if they are on a disk that nobody may fill. */
  @Nullable SmallDisk disk() {
    return disk;
  }

  /** The database's process; null on the embedded database. */
  @Nullable PostgresServer postgres() {
    return postgres;
  }

  /** Has a synchronous standby take the database's place when that is lost. */
  void failOver(Fault.Action losing) throws IOException, SQLException {
    PostgresServer primary = Objects.requireNonNull(postgres);
    failovers++;
    PostgresServer standby = primary.standby(data.resolve("postgres-" + failovers));
    losing.run();
    standby.promote();
    links().forEach(link -> link.leadTo(standby.port()));
    postgres = standby;
  }

  /** The links of all nodes to the database. */
  List<DatabaseLink> links() {
    List<DatabaseLink> links = new ArrayList<>();
    nodes.forEach(node -> {
      if (node.link != null) {
        links.add(node.link);
      }
    });
    if (ownLink != null) {
      links.add(ownLink);
    }
    return links;
  }

  /** Where nodes listen, that of this process included. */
  List<String> addresses() {
    List<String> addresses = new ArrayList<>(nodes.stream().map(Node::address).toList());
    addresses.add(OWN_ADDRESS);
    return addresses;
  }

  /** Ways in to all of them. */
  List<Door> doors() {
    List<Door> doors = new ArrayList<>();
    nodes.forEach(node -> doors.add(new HttpDoor(node.name(), node.process.port())));
    doors.add(new JavaDoor(own));
    return doors;
  }

  /** The node of this process. */
  Holdfast own() {
    return own;
  }

  /** Whether every node serves. */
  boolean ready() {
    return own.ready() && nodes.stream().allMatch(node -> node.process.ready());
  }

  /** Waits for a node to serve, in vain if it takes longer than that. */
  void awaitReady(Node node, Duration atMost) {
    long until = System.nanoTime() + atMost.toNanos();
    while (!node.process.ready() && System.nanoTime() - until < 0) {
      Rest.millis(50);
    }
  }

  /** Starts those that have ended. */
  void startEnded() {
    for (Node node : nodes) {
      if (!node.process.alive()) {
        node.process.launch();
      }
    }
  }

  /** The nodes that live, by the word of the database. */
  List<String> names() {
    return own.nodes().stream().map(NodeInfo::name).sorted().toList();
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(node -> node.process.close());
    own.close();
    for (DatabaseLink link : links()) {
      link.close();
    }
    if (postgres != null) {
      postgres.close();
    }
    if (disk != null) {
      disk.close();
    }
  }
}
