package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Watches as streams of events. */
final class WatchRoutesTest extends HttpFixture {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A stream as a client reads it. */
  private static final class Stream implements AutoCloseable {
    final HttpResponse<InputStream> response;
    final BufferedReader lines;

    Stream(HttpResponse<InputStream> response) {
      this.response = response;
      this.lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The lines of the next event, without those that say when to come back. */
    List<String> next() throws IOException {
      List<String> event = new ArrayList<>();
      String line = lines.readLine();
      while (line != null && !(line.isEmpty() && !event.isEmpty())) {
        if (!line.isEmpty() && !line.startsWith("retry:") && !line.startsWith(":")) {
          event.add(line);
        }
        line = lines.readLine();
      }
      return event;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private Stream watch(String path, String... headers) throws IOException, InterruptedException {
    var request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Stream(HTTP.send(request.build(), BodyHandlers.ofInputStream()));
  }

  private static String value(String id, String state, long revision) {
    return "data:{\"type\":\"entity\",\"id\":\"%s\",\"value\":{\"state\":\"%s\"},\"revision\":%d}"
        .formatted(id, state, revision);
  }

  @Test
  void aStreamTellsWhatIsThenWhatChangesThenThatItWasDeleted()
      throws IOException, InterruptedException {
    put("x", "\"initialized\"");
    try (Stream stream = watch(path("x") + "/watch")) {
      assertThat(stream.response.statusCode()).isEqualTo(200);
      assertThat(stream.response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(stream.response.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(stream.response.headers().firstValue("Holdfast-Served-By")).contains("foo");
      assertThat(stream.next())
          .containsExactly("id:0", "event:value", value("x", "initialized", 0));
      put("x", "\"working\"");
      assertThat(stream.next()).containsExactly("id:1", "event:value", value("x", "working", 1));
      send(request(path("x")).DELETE());
      assertThat(stream.next())
          .containsExactly(
              "id:2",
              "event:deleted",
              "data:{\"type\":\"entity\",\"id\":\"x\",\"value\":null,\"revision\":2}");
    }
  }

  @Test
  void whatWasNeverThereHasNoIdToGoOnFrom() throws IOException, InterruptedException {
    try (Stream stream = watch(path("x") + "/watch")) {
      assertThat(stream.next())
          .containsExactly(
              "event:deleted",
              "data:{\"type\":\"entity\",\"id\":\"x\",\"value\":null,\"revision\":-1}");
    }
  }

  @Test
  void aClientThatComesBackIsToldOnlyWhatIsNewer() throws IOException, InterruptedException {
    put("x", "\"initialized\"");
    put("x", "\"working\"");
    try (Stream stream = watch(path("x") + "/watch", "Last-Event-ID", "1")) {
      put("x", "\"finalized\"");
      assertThat(stream.next()).containsExactly("id:2", "event:value", value("x", "finalized", 2));
    }
  }

  @Test
  void allWithAPrefixAreWatchedAndAnEntityNamedWatchCanBeReadAllTheSame()
      throws IOException, InterruptedException {
    put("a1", "\"working\"");
    put("b1", "\"working\"");
    put("watch", "\"finalized\"");
    assertThat(send(request(path("watch"))).body()).contains("finalized");
    try (Stream stream = watch("/v1/entity/watch?prefix=a")) {
      assertThat(stream.next()).contains(value("a1", "working", 0));
      put("b1", "\"finalized\"");
      put("a2", "\"initialized\"");
      assertThat(stream.next()).contains(value("a2", "initialized", 0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/other/x/watch, 404, unknown-type",
    "/v1/other/watch?prefix=, 404, unknown-type",
    "/v1/entity//watch, 400, invalid-id",
    "/v1/entity/x/watch?prefix=a, 400, invalid-request",
    "/v1/entity/watch?prefix=a&limit=1, 400, invalid-request",
  })
  void whatCannotBeWatchedIsRefusedAsEverywhere(String path, int status, String code) {
    assertProblem(send(request(path)), status, code);
  }

  @Test
  void aPlaceToGoOnFromIsARevision() {
    assertProblem(
        send(request(path("x") + "/watch").header("Last-Event-ID", "yesterday")),
        400,
        "invalid-request");
    assertProblem(
        send(request(path("x") + "/watch").header("Accept", "application/json")),
        400,
        "invalid-request");
    assertProblem(send(request(path("x") + "/watch").DELETE()), 405, "method-not-allowed");
  }

  @Test
  void aNodeThatCannotWatchSaysSoBeforeTheStreamBegins() {
    node.failNext(new NotDone.Unavailable("too many", Duration.ofSeconds(5)));
    HttpResponse<String> answer = send(request(path("x") + "/watch"));
    assertProblem(answer, 503, "unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).contains("5");
  }

  @Test
  void aWatchThatEndsByItselfTellsWhy() throws IOException, InterruptedException {
    try (Stream stream = watch("/v1/entity/watch?prefix=")) {
      await().atMost(PATIENCE).until(() -> !node.watches().isEmpty());
      node.watches().get(0).end("more than 10,000 entities");
      List<String> event = stream.next();
      assertThat(event).contains("event:failed").anyMatch(line -> line.contains("10,000"));
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void aServerThatClosesEndsItsStreamsAndDoesNotWaitForThem()
      throws IOException, InterruptedException {
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      streams.add(watch(path("x" + i) + "/watch"));
      streams.get(i).next();
    }
    long before = System.nanoTime();
    api.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    for (Stream stream : streams) {
      assertThat(stream.next()).isEmpty();
    }
    assertThat(node.watches())
        .allMatch(watch -> watch.ended().toCompletableFuture().isDone());
  }

  @Test
  void aClientThatTakesNothingLeavesTheRestUntakenAndHoldsUpNobody()
      throws IOException, InterruptedException {
    URI server = URI.create(api.url());
    try (Socket slow = new Socket(server.getHost(), server.getPort())) {
      slow.setReceiveBufferSize(1_024);
      String ask = "GET /v1/entity/x/watch HTTP/1.1\r\nHost: localhost\r\n\r\n";
      slow.getOutputStream().write(ask.getBytes(StandardCharsets.UTF_8));
      await().atMost(PATIENCE).until(() -> !node.watches().isEmpty());
      await().atMost(PATIENCE).until(() -> {
        for (int i = 0; i < 500; i++) {
          node.watches()
              .get(0)
              .changed(new Entity<>("entity", "x", "\"" + "x".repeat(50_000) + "\"", i, "foo"));
        }
        return node.watches().get(0).untaken() > 400;
      });
      assertThat(put("y", "\"working\"").statusCode()).isEqualTo(201);
    }
    await().atMost(PATIENCE).until(() -> {
      node.watches().get(0).changed(new Entity<>("entity", "x", "\"\"", 1, "foo"));
      return node.watches().get(0).ended().toCompletableFuture().isDone();
    });
  }
}
