package dev.holdfast.server.http;

import static dev.holdfast.server.http.HttpFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Entity;
import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.testkit.TestAuthority;
import io.opentelemetry.api.OpenTelemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2: the same answers and the same limits, and its own kinds of abuse. */
final class Http2Test {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pace LIVELY = pace(PATIENCE);
  private static final Pace IMPATIENT = pace(Duration.ofMillis(500));

  /** What Java's client says of a request or connection that the node ended; 25 has new words. */
  private static final String ENDED =
      "(?s).*(GOAWAY|RST_STREAM|[Rr]eset|[Cc]losed|EOF|pipe|not processed by peer).*";

  private static final int ENHANCE_YOUR_CALM = 11;

  @TempDir
  static Path folder;

  private final TestAuthority authority = new TestAuthority("authority", Instant.now());
  private final TestAuthority.Issued own = authority.issue(folder, "foo", "127.0.0.1");
  private final SSLContext trusting = TlsFiles.trusting(authority.certificate(folder));
  private final HttpClient client = HttpClient.newBuilder().sslContext(trusting).build();
  private final List<HttpApi> servers = new ArrayList<>();
  private HttpApi api;
  private final FakeHoldfast node =
      new FakeHoldfast("foo", "", HttpFixture.CONFIG.types().get(0).type());

  private static Pace pace(Duration patience) {
    return new Pace(Duration.ofMillis(100), patience, Duration.ofMillis(50), 200);
  }

  @BeforeEach
  void start() {
    api = start(Map.of("http.http2", "true"), LIVELY);
  }

  private HttpApi start(Map<String, String> options, Pace pace) {
    Map<String, String> flags = new HashMap<>(Map.of(
        "node.name", "foo",
        "http.port", "0",
        "largest-value", "1000",
        "http.tls.certificate", own.certificate().toString(),
        "http.tls.key", own.key().toString()));
    flags.putAll(options);
    ServerConfig config = new ConfigSources(null, Map.of(), flags).load();
    HttpApi server = HttpApi.bind(config, OpenTelemetry.noop(), pace);
    servers.add(server);
    server.serve(node);
    return server;
  }

  @AfterEach
  void stop() {
    servers.forEach(HttpApi::close);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api.url() + path))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), FiniteBody::of);
  }

  private HttpResponse<String> put(String id, String json)
      throws IOException, InterruptedException {
    return send(request("/v1/entity/" + id).PUT(BodyPublishers.ofString(json)));
  }

  private Http2Frames frames(int window) throws IOException {
    return new Http2Frames(URI.create(api.url()), trusting, window, PATIENCE);
  }

  private void assertServes() throws IOException, InterruptedException {
    assertThat(send(request("/livez")).statusCode()).isEqualTo(200);
  }

  private static Entity<String> large(long revision) {
    return new Entity<>("entity", "x", "\"" + "x".repeat(50_000) + "\"", revision, "foo");
  }

  @Test
  void changesAndReadsAreAnsweredAsElsewhere() throws IOException, InterruptedException {
    HttpResponse<String> created = put("x", "\"working\"");
    assertThat(created.version()).isEqualTo(Version.HTTP_2);
    assertThat(created.statusCode()).isEqualTo(201);

    HttpResponse<String> read = send(request("/v1/entity/x"));
    assertThat(read.version()).isEqualTo(Version.HTTP_2);
    assertThat(read.headers().firstValue("ETag")).contains("\"0\"");
    assertThat(read.headers().firstValue("Holdfast-Served-By")).contains("foo");
    assertThat(read.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(read.body())
        .isEqualTo(
            "{\"type\":\"entity\",\"id\":\"x\",\"value\":{\"state\":\"working\"},\"revision\":0}");

    assertThat(send(request("/v1/entity/x").header("If-None-Match", "\"0\"")).statusCode())
        .isEqualTo(304);
    assertThat(send(request("/v1/entity/x").method("HEAD", BodyPublishers.noBody()))
            .body())
        .isEmpty();
    assertProblem(
        send(request("/v1/entity/x")
            .header("If-Match", "\"7\"")
            .PUT(BodyPublishers.ofString("\"finalized\""))),
        412,
        "revision-mismatch");
  }

  @Test
  void itIsSpokenOnlyWhereItIsSwitchedOnAndNeverWithoutTls()
      throws IOException, InterruptedException {
    api = start(Map.of(), LIVELY);
    assertThat(send(request("/livez")).version()).isEqualTo(Version.HTTP_1_1);

    api = start(Map.of("http.tls.certificate", "", "http.tls.key", ""), LIVELY);
    HttpResponse<String> upgradable = send(request("/livez").version(Version.HTTP_2));
    assertThat(upgradable.statusCode()).isEqualTo(200);
    assertThat(upgradable.version()).isEqualTo(Version.HTTP_1_1);
  }

  @Test
  void whatIsTooLargeIsRefusedAndTheConnectionGoesOn() throws IOException, InterruptedException {
    assertProblem(put("x", "\"" + "x".repeat(6_000) + "\""), 413, "too-large");
    String large = "\"" + "x".repeat(1_000_000) + "\"";
    assertProblem(put("x", large), 413, "too-large");
    assertProblem(
        send(request("/v1/entity/x")
            .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))),
        413,
        "too-large");
    assertProblem(put("x", "[".repeat(65)), 400, "malformed-json");
    assertThat(node.asked()).isFalse();
  }

  @Test
  void aBodyWithoutEndEndsTheConnection() throws IOException, InterruptedException {
    String endless = "x".repeat(30_000_000);
    try {
      assertProblem(put("x", endless), 413, "too-large");
    } catch (IOException ended) {
      assertThat(ended).hasMessageMatching(ENDED);
    }
    assertServes();
    await().atMost(PATIENCE).until(() -> api.streams() == 0);
  }

  @Test
  void tooManyOrTooLongHeadersEndTheRequestAndNothingElse()
      throws IOException, InterruptedException {
    HttpRequest.Builder many = request("/v1/entity/x");
    IntStream.range(0, 70).forEach(i -> many.header("X-" + i, "y"));
    HttpRequest.Builder longOnes = request("/v1/entity/x").header("X-Long", "y".repeat(17_000));
    for (HttpRequest.Builder refused : List.of(many, longOnes)) {
      try {
        assertThat(send(refused).statusCode()).isGreaterThanOrEqualTo(400);
      } catch (IOException reset) {
        assertThat(reset).hasMessageMatching(ENDED);
      }
    }
    assertServes();
    assertThat(node.asked()).isFalse();
  }

  @Test
  void headersWithoutEndEndTheConnection() throws IOException, InterruptedException {
    try (Http2Frames client = frames(65_535)) {
      try {
        client.headersWithoutEnd(1, 1_000);
      } catch (IOException ended) {
        assertThat(ended).isNotNull();
      }
      client.awaitEnd();
    }
    assertServes();
  }

  @Test
  void hostsAndOriginsAreLookedAtAsElsewhere() throws IOException, InterruptedException {
    try (Http2Frames client = frames(65_535)) {
      client.get(1, "evil.example", "/v1/entity/x");
      assertThat(Objects.requireNonNull(client.next(Http2Frames.HEADERS)).payload())
          .contains("421");
      client.get(3, "localhost", "/v1/entity/x", "host", "evil.example");
      assertThat(Objects.requireNonNull(client.next(Http2Frames.HEADERS)).payload())
          .doesNotContain("421");
    }
    assertProblem(
        send(request("/v1/entity/x").header("Origin", "https://evil.example")),
        403,
        "foreign-page");
    assertThat(send(request("/v1").header("Origin", api.url())).statusCode()).isEqualTo(200);
  }

  @Test
  void manyWatchesShareAConnectionAndEachIsToldWhatChanges()
      throws IOException, InterruptedException {
    List<BufferedReader> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      var answer = client.send(request("/v1/entity/x/watch").build(), BodyHandlers.ofInputStream());
      assertThat(answer.version()).isEqualTo(Version.HTTP_2);
      streams.add(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }
    put("x", "\"working\"");
    put("x", "\"finalized\"");
    for (BufferedReader stream : streams) {
      assertThat(stream.lines().filter(line -> line.startsWith("id:")).limit(2))
          .containsExactly("id:0", "id:1");
      assertThat(stream.lines().filter(":"::equals).limit(2)).as("heartbeats").hasSize(2);
      stream.close();
    }
    await().atMost(PATIENCE).until(() -> {
      put("x", "\"working\"");
      return node.watches().stream().allMatch(FakeWatch::isOver);
    });
  }

  @Test
  void aWatcherThatTakesNothingIsCutOff() throws IOException, InterruptedException {
    api = start(Map.of("http.http2", "true"), IMPATIENT);
    try (Http2Frames client = frames(10_000)) {
      client.get(1, "localhost", "/v1/entity/x/watch");
      await().atMost(PATIENCE).until(() -> node.watches().size() == 1);
      node.watches().get(0).changed(large(1));
      client.awaitEnd();
      assertThat(node.watches().get(0).isOver()).isTrue();
    }
    assertServes();
    await().atMost(PATIENCE).until(() -> api.streams() == 0);
  }

  @Test
  void whoTakesNoAnswersIsCutOffThoughTheConnectionLives()
      throws IOException, InterruptedException {
    api = start(Map.of("http.http2", "true"), IMPATIENT);
    try (Http2Frames client = frames(0)) {
      for (int stream = 1; stream < 100; stream += 2) {
        client.get(stream, "localhost", "/v1");
        client.ping();
      }
      client.awaitEnd();
    }
    await().atMost(PATIENCE).until(() -> api.streams() == 0);
  }

  @Test
  void moreStreamsThanWereAnnouncedAreResetAndThenTheConnectionEnds()
      throws IOException, InterruptedException {
    CompletableFuture<Void> answering = new CompletableFuture<>();
    node.answerAfter(answering);
    try (Http2Frames client = frames(65_535)) {
      try {
        for (int stream = 1; stream < 2_000; stream += 2) {
          client.get(stream, "localhost", "/v1/entity/x");
        }
      } catch (IOException ended) {
        assertThat(ended).isNotNull();
      }
      int resets = 0;
      while (client.next(Http2Frames.RESET) != null) {
        resets++;
      }
      assertThat(resets).isBetween(1, 300);
      assertThat(node.countOfCalls()).isBetween(100, 128);
    } finally {
      answering.complete(null);
    }
    assertServes();
    await().atMost(PATIENCE).until(() -> api.streams() == 0);
  }

  @Test
  void streamsThatAreOpenedAndResetEndTheConnection() throws IOException, InterruptedException {
    CompletableFuture<Void> answering = new CompletableFuture<>();
    node.answerAfter(answering);
    try (Http2Frames client = frames(65_535)) {
      try {
        for (int stream = 1; stream < 20_000; stream += 2) {
          client.get(stream, "localhost", "/v1/entity/x");
          client.reset(stream);
        }
      } catch (IOException ended) {
        assertThat(ended).isNotNull();
      }
      Http2Frames.Frame farewell = client.next(Http2Frames.GOAWAY);
      if (farewell != null) { // else the connection was gone before it could be read
        assertThat(farewell.error()).isEqualTo(ENHANCE_YOUR_CALM);
      }
      assertThat(node.countOfCalls()).isLessThan(400);
    } finally {
      answering.complete(null);
    }
    assertServes();
    await().atMost(PATIENCE).until(() -> api.streams() == 0);
  }

  @Test
  void aServerThatClosesEndsItsConnections() throws IOException, InterruptedException {
    put("x", "\"working\"");
    var answer = client.send(request("/v1/entity/x/watch").build(), BodyHandlers.ofLines());
    List<String> lines = new ArrayList<>();
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(() -> answer.body().forEach(lines::add));
    await().atMost(PATIENCE).until(() -> !node.watches().isEmpty());
    api.close();
    await().atMost(PATIENCE).until(ended::isDone);
    assertThat(node.watches()).allMatch(FakeWatch::isOver);
  }
}
