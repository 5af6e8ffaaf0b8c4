package dev.holdfast.server.cli;

import dev.holdfast.server.wire.Header;
import dev.holdfast.server.wire.UrlPath;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/**
 * Where a tour plays: two nodes, what is asked of them live, and whether the right thing came out.
 * Prints each command as a shell shows it. Belongs to one thread.
 */
final class TourStage {
  static final String FOO = "foo";
  static final String BAR = "bar";

  private static final String TYPE = "entity";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;

  private final DemoNodes nodes;
  private final Session session;
  private final Report report;
  private int wrong;

  TourStage(DemoNodes nodes, Session session) {
    this.nodes = nodes;
    this.session = session;
    Report plain = session.report();
    this.report = new Report(plain.out(), plain.err(), plain.style(), false, true);
  }

  /** How many things were not as they should be. */
  int wrong() {
    return wrong;
  }

  /** Tells what should be so, and whether it is. */
  void must(boolean so, String what) {
    wrong += so ? 0 : 1;
    Style style = report.style();
    report.out().println("  " + (so ? style.good("yes: ") : style.bad("NO:  ")) + what);
  }

  /** Says what is about to happen. */
  void say(String text) {
    report.out().println("  " + report.style().faint(text));
  }

  static String other(String node) {
    return node.equals(FOO) ? BAR : FOO;
  }

  void start(String node) {
    say("starting " + node + " …");
    nodes.start(node);
  }

  /** A node that is up. */
  String anyAlive() {
    return nodes.isAlive(FOO) ? FOO : BAR;
  }

  private Api at(String node) {
    return new Api(
        session.http(), nodes.find(node), Credentials.NONE, session.ticker(), Api.PATIENCE);
  }

  private static String path(String id) {
    return UrlPath.of("v1", TYPE, id);
  }

  Answer get(String node, String id) {
    command(node, "get " + id);
    return shown(node, at(node).read(path(id)));
  }

  Answer set(String node, String id, String state) {
    command(node, "set " + id + " " + state);
    return shown(node, change(node, id, state));
  }

  private Answer change(String node, String id, String state) {
    Map<String, String> headers = Map.of(
        "Content-Type",
        "application/json",
        Header.IDEMPOTENCY_KEY,
        UUID.randomUUID().toString());
    return at(node).change("PUT", path(id), "\"" + state + "\"", headers);
  }

  private void command(String node, String text) {
    report.out().println("  " + report.style().faint(node + "> ") + text);
  }

  private Answer shown(String node, Answer answer) {
    String copy = answer.source().equals("copy") ? "  from " + node + "'s copy" : "";
    report
        .out()
        .println("  " + report.describe(answer.entity()) + copy + report.took(answer.nanos()));
    return answer;
  }

  /** Sets an entity on both nodes at once, to different states; answers what both were told. */
  List<Answer> setOnBoth(String id) {
    CompletableFuture<Answer> here =
        CompletableFuture.supplyAsync(() -> change(FOO, id, "working"));
    CompletableFuture<Answer> there =
        CompletableFuture.supplyAsync(() -> change(BAR, id, "finalized"));
    return List.of(here.join(), there.join());
  }

  void show(String node, String id, String state, Answer answer) {
    command(node, "set " + id + " " + state);
    shown(node, answer);
  }

  static String state(Answer answer) {
    return answer.body().path("value").path("state").asString("");
  }

  static long revision(Answer answer) {
    return answer.body().path("revision").asLong(-1);
  }

  /** Reads until a node answers at all, for it may just be starting again. */
  Answer firstAnswer(String node, String id) {
    long until = session.ticker().nanos() + PATIENCE.toNanos();
    while (true) {
      try {
        Answer answer = at(node).read(path(id));
        command(node, "get " + id);
        return shown(node, answer);
      } catch (CommandFailure notYet) {
        if (session.ticker().nanos() - until > 0) {
          throw notYet;
        }
        pause();
      }
    }
  }

  /** Who owns it, by the word of the database. */
  String owner(String node, String id) {
    JsonNode placement = at(node).read(UrlPath.of("v1", TYPE, id, "placement")).body();
    command(node, "where " + id);
    report
        .out()
        .println("  " + report.style().name(placement.path("owner").asString("nobody"))
            + "  shard " + placement.path("shard").asString("?")
            + "  epoch " + placement.path("epoch").asString("?")
            + "  token " + placement.path("token").asString("?"));
    return placement.path("owner").asString("");
  }

  /** The latest owners by name, and how each time ended, the latest first. */
  List<String> history(String node, String id, int most) {
    JsonNode history =
        at(node).read(UrlPath.of("v1", TYPE, id, "history")).body().path("history");
    command(node, "history " + id + " --limit " + most);
    List<String> times = history
        .valueStream()
        .limit(most)
        .map(time -> time.path("node").asString("") + " epoch "
            + time.path("epoch").asString("") + " " + time.path("ending").asString(""))
        .toList();
    times.forEach(time -> report.out().println("  " + time));
    return times;
  }

  /** The node's epoch, as any node tells. */
  long epoch(String asked, String node) {
    for (JsonNode each : at(asked).read("/v1/nodes").body().path("nodes")) {
      if (each.path("name").asString("").equals(node)) {
        return each.path("epoch").asLong();
      }
    }
    return 0;
  }

  void kill(String node) {
    shell("kill -9 " + node);
    nodes.kill(node);
  }

  /** Has the node stand still, or go on. */
  void signal(String node, String signal) {
    shell("kill -" + signal + " " + node);
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(nodes.pid(node))).start();
      if (kill.waitFor() != 0) {
        throw CommandFailure.cannotStart("the system did not let " + node + " be signalled");
      }
    } catch (IOException e) {
      throw CommandFailure.cannotStart("there is no program kill: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandFailure.cannotStart("interrupted");
    }
  }

  private void shell(String text) {
    report.out().println("  " + report.style().faint("$ ") + text);
  }

  private static void pause() {
    if (!Pause.millis(POLL_MILLIS)) {
      throw CommandFailure.cannotStart("interrupted");
    }
  }
}
