package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The nodes of a demo, each a child process. */
final class DemoNodes implements Neighbours, AutoCloseable {
  static final List<String> NAMES =
      List.of("foo", "bar", "baz", "qux", "quux", "corge", "grault", "garply");

  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_LEAVE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 20;

  private final Map<String, DemoNode> nodes = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Session session;
  private final Notices notices;
  private volatile boolean starting = true;

  /** How to start a node as a process of its own. */
  interface Program {
    List<String> command(String name, int httpPort);
  }

  DemoNodes(Program program, int firstPort, int count, Session session, Notices notices) {
    this.session = session;
    this.notices = notices;
    for (int i = 0; i < count; i++) {
      String name = NAMES.get(i);
      List<String> command = program.command(name, firstPort + i);
      ports.put(name, firstPort + i);
      nodes.put(name, new DemoNode(name, command, notices, this::endedUnexpectedly));
    }
  }

  /** Starts all and waits until all serve. */
  void start() {
    ports.values().forEach(DemoNodes::requireFree);
    nodes.values().forEach(DemoNode::start);
    nodes.values().forEach(this::awaitReady);
    starting = false;
  }

  /** Starts one of them, and waits until it serves. */
  void start(String name) {
    DemoNode node = node(name);
    requireFree(find(name).getPort());
    node.start();
    awaitReady(node);
  }

  boolean isAlive(String name) {
    return node(name).alive();
  }

  private static void requireFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw CommandFailure.cannotStart(
          "port " + port + " is in use by another program; choose another with --http-port");
    }
  }

  private void awaitReady(DemoNode node) {
    Api api = new Api(
        session.http(),
        find(node.name()),
        Credentials.NONE,
        session.ticker(),
        Duration.ofSeconds(5));
    long until = session.ticker().nanos() + LONGEST_START.toNanos();
    while (!isReady(api)) {
      if (!node.alive()) {
        node.awaitLastWords();
        throw CommandFailure.cannotStart(
            node.name() + " could not start (exit code " + node.exitCode() + ")");
      }
      if (session.ticker().nanos() > until) {
        throw CommandFailure.cannotStart(
            node.name() + " is not ready after " + LONGEST_START.toSeconds() + " s");
      }
      pause();
    }
  }

  private static boolean isReady(Api api) {
    try {
      api.read("/readyz");
      return true;
    } catch (CommandFailure notYet) {
      return false;
    }
  }

  private static void pause() {
    if (!Pause.millis(POLL_MILLIS)) {
      throw CommandFailure.cannotStart("interrupted");
    }
  }

  private void endedUnexpectedly(DemoNode node) {
    if (starting) {
      return;
    }
    if (node.exitCode() == ExitCode.OK.number()) {
      notices.tell("start it again with: restart " + node.name());
      return;
    }
    List<String> others = alive();
    String goesOn = others.isEmpty()
        ? "no node is left"
        : String.join(", ", others) + (others.size() == 1 ? " goes on" : " go on");
    notices.tell(node.name() + " ended unexpectedly (exit code " + node.exitCode() + "); " + goesOn
        + ". Start it again with: restart " + node.name());
  }

  private List<String> alive() {
    return nodes.values().stream().filter(DemoNode::alive).map(DemoNode::name).toList();
  }

  /** Ends the node as a crash would. */
  void kill(String name) {
    node(name).kill();
  }

  /** Lets the node leave if it is up, and starts it. */
  void restart(String name) {
    DemoNode node = node(name);
    node.askToLeave();
    node.awaitLeft(LONGEST_LEAVE.toMillis());
    node.start();
    awaitReady(node);
  }

  /** The node's process. */
  long pid(String name) {
    return node(name).pid();
  }

  private DemoNode node(String name) {
    DemoNode node = nodes.get(name);
    if (node == null) {
      throw CommandFailure.usage(
          "there is no node \"" + name + "\"; there is " + String.join(", ", nodes.keySet()));
    }
    return node;
  }

  /** What a demo's shell can do beyond others. */
  List<Object> commands(boolean json) {
    Report report = session.report(json);
    return List.of(new KillCommand(this, report), new RestartCommand(this, report));
  }

  @Override
  public URI find(String name) {
    node(name);
    return URI.create("http://127.0.0.1:" + ports.get(name));
  }

  @Override
  public List<String> names() {
    return List.copyOf(nodes.keySet());
  }

  @Override
  public String unreachable(URI server, String message) {
    DemoNode silent = nodes.values().stream()
        .filter(node -> find(node.name()).equals(server))
        .findFirst()
        .orElse(null);
    if (silent == null) {
      return message;
    }
    String others = alive().stream()
        .filter(name -> !name.equals(silent.name()))
        .map(name -> "@" + name)
        .collect(Collectors.joining(" or "));
    return silent.name() + (silent.alive() ? " does not answer; " : " is down; ")
        + (others.isEmpty() ? "" : "put " + others + " before the command, or ")
        + "say: restart " + silent.name();
  }

  /** Lets all nodes leave, by force after a while. */
  @Override
  public void close() {
    List<DemoNode> all = new ArrayList<>(nodes.values());
    all.forEach(DemoNode::askToLeave);
    long until = session.ticker().nanos() + LONGEST_LEAVE.toNanos();
    all.forEach(node -> node.awaitLeft(
        Math.max(0, TimeUnit.NANOSECONDS.toMillis(until - session.ticker().nanos()))));
  }
}
