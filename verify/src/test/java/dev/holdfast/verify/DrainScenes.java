package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.verify.ServerProcess.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that are told to leave while clients use them: no call fails, and no acknowledged write is
 * lost. How long entities were out of reach is printed, not judged: that depends on the machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DrainScenes {
  private static final int ENTITIES = 32;
  private static final int WATCHED = 4;
  private static final int SHARDS = 128;

  @TempDir
  static Path folder;

  private final List<ServerProcess> nodes = new ArrayList<>();
  private final List<SteadyClient> clients = new ArrayList<>();
  private final List<SteadyWatcher> watchers = new ArrayList<>();

  /** A node that starts is not used before it says that it is ready. */
  private final CopyOnWriteArrayList<ServerProcess> used = new CopyOnWriteArrayList<>();

  /** The URL of an empty database. */
  abstract String databaseUrl() throws IOException;

  /** The user who may use it. */
  abstract String user();

  /** The names of the nodes. */
  abstract List<String> names();

  @AfterEach
  void stopServers() {
    nodes.forEach(ServerProcess::close);
  }

  @Test
  void noCallFailsAndNoWriteIsLostWhileOneNodeAfterTheOtherIsDrainedAndStartedAgain()
      throws IOException {
    startNodes();
    startClients();
    ServerProcess first = nodes.get(0);
    ServerProcess last = nodes.get(nodes.size() - 1);
    measure("nothing happens", () -> letPass(Duration.ofSeconds(3)));
    for (ServerProcess leaving : List.of(last, first, last)) {
      ServerProcess other = leaving == first ? last : first;
      measure("drain of " + leaving.name(), () -> drain(leaving, other));
      measure("start of " + leaving.name(), () -> startAgain(leaving, other));
    }
    for (SteadyClient client : clients) {
      long acknowledged = client.stop();
      assertThat(client.failures()).as("failures of %s", client.id()).isEmpty();
      assertThat(first.get(client.id()).revision()).isEqualTo(acknowledged);
      assertThat(last.get(client.id()).revision()).isEqualTo(acknowledged);
    }
    judgeWatchers();
  }

  /** Each has moved from node to node, and has seen the newest in the end. */
  private void judgeWatchers() {
    for (int i = 0; i < watchers.size(); i++) {
      SteadyWatcher watcher = watchers.get(i);
      long newest = nodes.get(0).get(clients.get(i).id()).revision();
      await().atMost(Duration.ofSeconds(10)).until(() -> watcher.seen() == newest);
      assertThat(watcher.failures()).isEmpty();
      assertThat(watcher.streams()).as("streams that followed each other").isGreaterThan(1);
      watcher.stop();
    }
  }

  private void startNodes() throws IOException {
    String url = databaseUrl();
    names().forEach(name -> nodes.add(new ServerProcess(name, url, user(), folder)));
    nodes.forEach(ServerProcess::start);
    used.addAll(nodes);
    // A shard is placed when it is first used, and so there is something to hand over.
    IntStream.range(0, 1_000).forEach(i -> nodes.get(i % nodes.size()).get("placed-" + i));
  }

  private void startClients() {
    IntStream.range(0, ENTITIES).forEach(i -> clients.add(new SteadyClient("steady-" + i, used)));
    clients.forEach(SteadyClient::start);
    clients.stream()
        .limit(WATCHED)
        .forEach(client -> watchers.add(new SteadyWatcher(client.id(), used)));
    watchers.forEach(SteadyWatcher::start);
  }

  private void measure(String what, Runnable action) {
    SteadyClient.report(clients);
    action.run();
    System.out.println(
        getClass().getSimpleName() + ": " + what + ": " + SteadyClient.report(clients));
  }

  private static void letPass(Duration time) {
    await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  /** Tells a node to leave through another one; it answers until it is gone, and ends by itself. */
  private void drain(ServerProcess leaving, ServerProcess other) {
    long before = System.nanoTime();
    Answer told = other.drain(leaving);
    assertThat(told.status()).as("%s", told.body()).isEqualTo(202);
    assertThat(leaving.get("steady-0").servedBy()).isEqualTo(leaving.name());
    assertThat(leaving.awaitEnd()).isZero();
    used.remove(leaving);
    assertThat(leaving.log()).contains(leaving.name() + " has left: it was told to drain");
    assertThat(shards(leaving, other)).isEqualTo(-1);
    System.out.printf(
        "%s left within %d ms%n",
        leaving.name(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before));
  }

  /** Waits until it has got its share again. */
  private void startAgain(ServerProcess node, ServerProcess other) {
    node.start();
    used.add(node);
    int share = SHARDS / nodes.size() * 3 / 4;
    await().atMost(Duration.ofSeconds(90)).until(() -> shards(node, other) >= share);
  }

  /** How many shards a node has, by the word of another one; -1 if it is not there. */
  private static int shards(ServerProcess node, ServerProcess other) {
    return StreamSupport.stream(other.ask("/v1/nodes").body().path("nodes").spliterator(), false)
        .filter(row -> row.path("name").asString("").equals(node.name()))
        .mapToInt(row -> row.path("shards").asInt())
        .findFirst()
        .orElse(-1);
  }
}
