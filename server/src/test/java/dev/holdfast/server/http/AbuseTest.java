package dev.holdfast.server.http;

import static dev.holdfast.server.http.HttpFixture.assertProblem;
import static dev.holdfast.server.http.HttpFixture.send;
import static dev.holdfast.server.http.HttpFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that want too much, or never say all of it. */
final class AbuseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ServerConfig USUAL = config(Map.of());

  private final FakeHoldfast node =
      new FakeHoldfast("foo", "", USUAL.types().get(0).type());
  private final List<HttpApi> servers = new ArrayList<>();

  private static ServerConfig config(Map<String, String> limits) {
    Map<String, String> flags = new HashMap<>(Map.of("node.name", "foo", "http.port", "0"));
    limits.forEach((name, value) -> flags.put("http.limits." + name, value));
    return new ConfigSources(null, Map.of(), flags).load();
  }

  private HttpApi start(Map<String, String> limits) {
    HttpApi server = HttpApi.bind(config(limits));
    server.serve(node);
    servers.add(server);
    return server;
  }

  @AfterEach
  void stop() {
    servers.forEach(HttpApi::close);
  }

  private static Socket connected(HttpApi api) throws IOException {
    URI uri = URI.create(api.url());
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void requestsThatAreSentByHalvesAreEndedWhileOthersAreServed() throws IOException {
    HttpApi api = start(Map.of("arrival", "1s"));
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = connected(api);
        halves.add(socket);
        write(
            socket,
            i % 2 == 0
                ? "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                : "PUT /v1/entity/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
                    + "Content-Type: application/json\r\n\r\n{");
      }
      assertThat(send(to(api, "/livez")).statusCode()).isEqualTo(200);
      assertThat(halves).allMatch(HttpFixture::ended);
      assertThat(node.asked()).isFalse();
    } finally {
      for (Socket socket : halves) {
        socket.close();
      }
    }
  }

  @Test
  void aBodyThatDripsIsEndedToo() throws IOException {
    HttpApi api = start(Map.of("arrival", "1s"));
    try (Socket socket = connected(api)) {
      write(
          socket,
          "PUT /v1/entity/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
              + "Content-Type: application/json\r\n\r\n{");
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
        try {
          write(socket, " ");
          return false;
        } catch (IOException refused) {
          return true;
        }
      });
    }
  }

  @Test
  void moreRequestsAtOnceThanAClientsShareAreRefusedAndTheOthersAnswered() {
    HttpApi api = start(Map.of("requests", "2"));
    CompletableFuture<Void> answering = new CompletableFuture<>();
    node.answerAfter(answering);
    List<CompletableFuture<HttpResponse<String>>> underWay = Stream.of("a", "b")
        .map(id -> CompletableFuture.supplyAsync(() -> send(to(api, "/v1/entity/" + id))))
        .toList();
    await().atMost(PATIENCE).until(() -> node.countOfCalls() == 2);

    assertThat(send(to(api, "/livez")).statusCode()).isEqualTo(429);
    HttpResponse<String> refused = send(to(api, "/v1/nodes"));
    assertProblem(refused, 429, "too-many-requests");
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    answering.complete(null);
    assertThat(underWay).allMatch(answer -> answer.join().statusCode() == 404);
    await().atMost(PATIENCE).until(() -> send(to(api, "/livez")).statusCode() == 200);
  }

  @Test
  void moreRequestsASecondThanAClientsShareAreRefused() {
    HttpApi api = start(Map.of("per-second", "1"));
    List<CompletableFuture<HttpResponse<String>>> many = Stream.generate(
            () -> CompletableFuture.supplyAsync(() -> send(to(api, "/livez"))))
        .limit(30)
        .toList();
    assertThat(many).anyMatch(answer -> answer.join().statusCode() == 429);
    await().atMost(PATIENCE).until(() -> send(to(api, "/livez")).statusCode() == 200);
  }

  @Test
  void moreConnectionsThanThereMayBeWaitUntilOthersEnd() throws IOException {
    HttpApi api = start(Map.of("connections", "10"));
    List<Socket> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 30; i++) {
        Socket socket = connected(api);
        waiting.add(socket);
        write(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
      }
      while (!waiting.isEmpty()) {
        await().atMost(PATIENCE).until(() -> waiting.stream().anyMatch(AbuseTest::answered));
        await()
            .during(Duration.ofMillis(200))
            .until(() -> waiting.stream().filter(AbuseTest::answered).count() <= 12);
        for (Socket served : waiting.stream().filter(AbuseTest::answered).toList()) {
          waiting.remove(served);
          served.close();
        }
      }
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  private static boolean answered(Socket socket) {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException ended) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void jsonThatIsNestedTooDeepIsRefusedBeforeAnybodyReadsIt(String open) {
    HttpApi api = start(Map.of());
    HttpResponse<String> answer = send(to(api, "/v1/entity/a")
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(open.repeat(65))));

    assertProblem(answer, 400, "malformed-json");
    assertThat(answer.body()).contains("nested deeper than 64");
    assertThat(node.asked()).isFalse();
  }

  @Test
  void bracketsInsideOfStringsAreNoNesting() {
    HttpApi api = start(Map.of());
    HttpResponse<String> answer = send(to(api, "/v1/entity/a")
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString("{\"state\":\"" + "[\\\"{".repeat(200) + "\"}")));

    assertProblem(answer, 422, "invalid-value");
  }

  @Test
  void aBodyThatWouldUnpackToSomethingLargeIsNotUnpacked() throws IOException {
    HttpApi api = start(Map.of());
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(small)) {
      packed.write(new byte[50_000_000]);
    }
    assertThat(small.size()).isLessThan(100_000);
    HttpResponse<String> answer = send(to(api, "/v1/entity/a")
        .header("Content-Type", "application/json")
        .header("Content-Encoding", "gzip")
        .PUT(BodyPublishers.ofByteArray(small.toByteArray())));

    assertProblem(answer, 415, "unsupported-media-type");
    assertThat(answer.body()).contains("encoding gzip");
    assertThat(node.asked()).isFalse();
  }
}
