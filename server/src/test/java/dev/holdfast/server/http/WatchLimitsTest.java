package dev.holdfast.server.http;

import static dev.holdfast.server.http.HttpFixture.CONFIG;
import static dev.holdfast.server.http.HttpFixture.assertProblem;
import static dev.holdfast.server.http.HttpFixture.ended;
import static dev.holdfast.server.http.HttpFixture.path;
import static dev.holdfast.server.http.HttpFixture.send;
import static dev.holdfast.server.http.HttpFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Entity;
import io.opentelemetry.api.OpenTelemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of events at their limits: their number, clients that are slow, and silence. */
final class WatchLimitsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST = 3;

  private final HttpApi api = HttpApi.bind(
      CONFIG,
      OpenTelemetry.noop(),
      new Pace(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMillis(50), MOST));
  private final FakeHoldfast node =
      new FakeHoldfast("foo", api.url(), CONFIG.types().get(0).type());

  WatchLimitsTest() {
    api.serve(node);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Socket watching(String id, String... header) throws IOException {
    URI server = URI.create(api.url());
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new java.net.InetSocketAddress(server.getHost(), server.getPort()));
    String more = String.join("", header);
    String ask = "GET " + path(id) + "/watch HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
    int before = node.watches().size();
    socket.getOutputStream().write(ask.getBytes(StandardCharsets.UTF_8));
    await().atMost(PATIENCE).until(() -> node.watches().size() > before);
    return socket;
  }

  private static BufferedReader lines(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private void set(String id, String state) {
    assertThat(send(to(api, path(id))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("\"" + state + "\"")))
            .statusCode())
        .isIn(200, 201);
  }

  @Test
  void aSlowWatcherIsCutOffAndFindsTheNewestWhenItComesBack() throws IOException {
    set("x", "initialized");
    try (Socket slow = watching("x")) {
      FakeWatch watch = node.watches().get(0);
      await().atMost(PATIENCE).until(() -> {
        String value = "\"" + "x".repeat(50_000) + "\"";
        watch.changed(new Entity<>("entity", "x", value, 1, "foo"));
        return watch.isOver();
      });
      set("x", "working");
      set("x", "finalized");
      assertThat(ended(slow)).as("the connection ends too").isTrue();
    }
    try (Socket back = watching("x", "Last-Event-ID: 0\r\n")) {
      assertThat(lines(back).lines().filter(line -> line.startsWith("data:")).findFirst())
          .hasValueSatisfying(newest -> assertThat(newest).contains("finalized", "\"revision\":2"));
    }
  }

  @Test
  void aSilentStreamSaysNowAndThenThatItIsThere() throws IOException {
    try (Socket socket = watching("x")) {
      assertThat(lines(socket).lines().filter(":"::equals).limit(3)).hasSize(3);
      assertThat(node.watches().get(0).isOver())
          .as("who takes them is not slow")
          .isFalse();
    }
  }

  @Test
  void oneStreamTooManyIsToldWhenToComeBackAndComesInWhenAnotherHasGone() throws IOException {
    Socket[] streams = new Socket[MOST];
    for (int i = 0; i < MOST; i++) {
      streams[i] = watching("x" + i);
    }
    HttpResponse<String> refused = send(to(api, path("y") + "/watch"));
    assertProblem(refused, 503, "unavailable");
    assertThat(refused.body()).contains("more than " + MOST + " streams at once");
    assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElse("")))
        .isBetween(1, 10);
    assertThat(send(to(api, "/v1/entity")).statusCode()).as("others are served").isEqualTo(200);

    streams[0].close();
    await().atMost(PATIENCE).until(() -> send(to(api, path("y") + "/watch")).statusCode() == 200);
    for (Socket stream : streams) {
      stream.close();
    }
  }
}
