package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.NotDone;
import dev.holdfast.server.config.ConfigProblem;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.testkit.MemoryDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with its HTTP API in this JVM, on a database in memory. */
final class NodeProcessTest {
  @TempDir
  Path folder;

  private final MemoryDatabase database = new MemoryDatabase();

  private static void nothing() {}

  private HoldfastBuilder builder() {
    return Holdfast.builder().database(database, "memory:");
  }

  private static ServerConfig config(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(Map.of("node.name", "foo", "http.port", "0"));
    flags.putAll(more);
    return new ConfigSources(null, Map.of(), flags).load();
  }

  private ServerConfig seeded() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("entity_1"), "{\"state\":\"initialized\"}");
    Path file = Files.writeString(
        folder.resolve("holdfast.conf"), "types.entity { seed = data, main-field = state }");
    return new ConfigSources(file, Map.of(), Map.of("node.name", "foo", "http.port", "0")).load();
  }

  private Arbiter arbiter() {
    return database
        .open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)))
        .arbiter();
  }

  private static String get(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aNodeTellsTheOthersWhereItsHttpApiIs() {
    try (ServerNode node =
        ServerNode.start(config(Map.of()), builder(), NodeProcessTest::nothing)) {
      assertThat(get(node.url() + "/v1/nodes"))
          .contains("\"name\":\"foo\"", "\"http\":\"" + node.url() + "\"");
    }
  }

  @Test
  void anEmptyTypeIsSeededAndAFilledOneIsLeftAlone() throws IOException {
    try (ServerNode node = ServerNode.start(seeded(), builder(), NodeProcessTest::nothing)) {
      assertThat(get(node.url() + "/v1/entity/entity_1")).contains("initialized");
    }
    Files.writeString(folder.resolve("data/entity_2"), "{\"state\":\"working\"}");
    try (ServerNode node = ServerNode.start(seeded(), builder(), NodeProcessTest::nothing)) {
      assertThat(get(node.url() + "/v1/entity")).contains("entity_1").doesNotContain("entity_2");
    }
  }

  @Test
  void aSeedThatCannotBeReadStopsTheStartBeforeAnythingIsDone() throws IOException {
    ServerConfig config = seeded();
    Files.writeString(folder.resolve("data/entity_1"), "{");

    assertThatThrownBy(() -> ServerNode.start(config, builder(), NodeProcessTest::nothing))
        .isInstanceOf(ConfigProblem.class);
    assertThat(arbiter().nodes()).isEmpty();
  }

  @Test
  void aTakenPortStopsTheStartBeforeTheNodeRegisters() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      assertThatThrownBy(() -> ServerNode.start(
              config(Map.of("http.port", port)), builder(), NodeProcessTest::nothing))
          .isInstanceOf(NotDone.CannotStart.class)
          .hasMessageContaining("port " + port + " on 127.0.0.1 is in use");
    }
    assertThat(arbiter().nodes()).isEmpty();
  }

  @Test
  void aSecondNodeOfTheSameNameIsRefusedAndFreesItsPort() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ServerNode first =
        ServerNode.start(config(Map.of()), builder(), NodeProcessTest::nothing)) {
      assertThatThrownBy(() -> ServerNode.start(
              config(Map.of("http.port", String.valueOf(free))),
              builder(),
              NodeProcessTest::nothing))
          .isInstanceOf(NotDone.CannotStart.class)
          .hasMessageContaining("foo");
      new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
      assertThat(get(first.url() + "/readyz")).contains("\"ready\"");
    }
  }

  @Test
  void aDatabaseThatIsDownStopsTheStart() {
    database.down(true);

    assertThatThrownBy(
            () -> ServerNode.start(config(Map.of()), builder(), NodeProcessTest::nothing))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("database");
  }

  private CompletableFuture<ExitCode> running() {
    NodeProcess process = new NodeProcess(config(Map.of()), false, false);
    CompletableFuture<ExitCode> end = CompletableFuture.supplyAsync(() -> process.run(builder()));
    await().atMost(Duration.ofSeconds(30)).until(() -> member(0).isPresent());
    return end;
  }

  private Optional<NodeRow> member(long after) {
    return arbiter().nodes().stream()
        .filter(row -> row.member() && row.state().live() && row.epoch() > after)
        .findFirst();
  }

  @Test
  void aNodeThatIsDeclaredDeadComesBackAndItsProcessGoesOn() {
    CompletableFuture<ExitCode> end = running();
    NodeRow first = member(0).orElseThrow();

    await().atMost(Duration.ofSeconds(30)).until(this::fenced);

    await().atMost(Duration.ofSeconds(30)).until(() -> member(first.epoch()).isPresent());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get(first.http() + "/readyz").contains("\"ready\""));
    assertThat(get(first.http() + "/v1/nodes")).contains("\"epoch\":" + (first.epoch() + 1));
    assertThat(end).isNotDone();
    arbiter().state(member(first.epoch()).orElseThrow().epoch(), NodeRow.State.DRAINING);
    assertThat(end).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ExitCode.OK);
  }

  @Test
  void aNodeThatCannotComeBackEndsAsUnavailable() {
    CompletableFuture<ExitCode> end = running();

    database.replacedBy(7);

    assertThat(end).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void aNodeThatIsToldToLeaveEndsWell() {
    NodeProcess process = new NodeProcess(config(Map.of()), false, false);
    CompletableFuture<ExitCode> end = CompletableFuture.supplyAsync(() -> process.run(builder()));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> arbiter().nodes().stream().anyMatch(NodeRow::member));

    arbiter().state(arbiter().nodes().get(0).epoch(), NodeRow.State.DRAINING);

    assertThat(end).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ExitCode.OK);
    assertThat(arbiter().nodes().get(0).state()).isEqualTo(NodeRow.State.LEFT);
  }

  /** Its heartbeat may have moved on since it was read; then this has to be done again. */
  private boolean fenced() {
    List<NodeRow> nodes = arbiter().nodes();
    return arbiter().fence(nodes.get(0).epoch(), nodes.get(0).heartbeat(), 0);
  }
}
