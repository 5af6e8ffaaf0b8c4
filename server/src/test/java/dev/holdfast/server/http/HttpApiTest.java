package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.NotDone;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The server itself: health, nodes, its port and its gate. */
final class HttpApiTest extends HttpFixture {
  @Test
  void theNodeTellsItsTypesWithTheirSchemas() {
    JsonNode types = json(send(request("/v1")));

    assertThat(types.at("/node").asString()).isEqualTo("foo");
    assertThat(types.at("/types/0/name").asString()).isEqualTo("entity");
    assertThat(types.at("/types/0/mainField").asString()).isEqualTo("state");
    assertThat(types.at("/types/0/schema/properties/state/enum/1").asString()).isEqualTo("working");
  }

  @Test
  void nodesAndPlacementsAreTold() {
    JsonNode nodes = json(send(request("/v1/nodes")));
    assertThat(nodes.at("/nodes/0/name").asString()).isEqualTo("foo");
    assertThat(nodes.at("/nodes/0/http").asString()).isEqualTo(api.url());

    assertThat(send(request("/v1/entity/entity_1/placement")).body())
        .isEqualTo("{\"type\":\"entity\",\"id\":\"entity_1\",\"shard\":5,"
            + "\"owner\":\"foo\",\"epoch\":7,\"token\":2}");
  }

  @Test
  void theHistoryOfAnEntityIsTold() {
    assertThat(send(request("/v1/entity/entity_1/history")).body())
        .isEqualTo("{\"type\":\"entity\",\"id\":\"entity_1\",\"history\":["
            + "{\"shard\":5,\"node\":\"foo\",\"epoch\":7,\"token\":2,"
            + "\"from\":\"2026-01-02T03:04:06.678Z\",\"to\":null,\"ending\":\"lasts\","
            + "\"fencedBy\":null,\"refused\":null},"
            + "{\"shard\":5,\"node\":\"bar\",\"epoch\":6,\"token\":1,"
            + "\"from\":\"2026-01-02T03:04:05.678Z\",\"to\":\"2026-01-02T03:04:06.678Z\","
            + "\"ending\":\"fenced\",\"fencedBy\":7,"
            + "\"refused\":\"2026-01-02T03:04:07.678Z\"}]}");
    assertProblem(send(request("/v1/order/entity_1/history")), 404, "unknown-type");
    assertProblem(send(request(path("x".repeat(300)) + "/history")), 400, "invalid-id");
    assertProblem(send(request("/v1/entity/a/history?limit=3")), 400, "invalid-request");
    assertProblem(post("/v1/entity/a/history", "{}"), 405, "method-not-allowed");
  }

  @Test
  void aNodeIsToldToLeave() {
    assertProblem(post("/v1/nodes/foo/drain", "{}"), 409, "last-node");
    HttpResponse<String> told = post("/v1/nodes/foo/drain", "{\"force\":true}");
    assertThat(told.statusCode()).isEqualTo(202);
    assertThat(told.body())
        .isEqualTo("{\"node\":\"foo\",\"epoch\":7,\"state\":\"draining\",\"shards\":3}");
    assertThat(node.ready()).isFalse();
  }

  @Test
  void aNodeThatIsNotThereCannotBeToldToLeave() {
    HttpResponse<String> unknown = post("/v1/nodes/fooo/drain", "{\"force\":true}");
    assertProblem(unknown, 404, "unknown-node");
    assertThat(json(unknown).at("/detail").asString())
        .isEqualTo("there is no node \"fooo\"; there is foo; did you mean \"foo\"?");
    assertThat(node.ready()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"force\":1}|400|invalid-request",
        "{\"froce\":true}|400|invalid-request",
        "[]|400|invalid-request",
        "{|400|malformed-json",
      })
  void whatIsNoOrderToLeaveIsRefused(String body, int status, String code) {
    assertProblem(post("/v1/nodes/foo/drain", body), status, code);
    assertThat(node.ready()).isTrue();
  }

  @Test
  void aForeignPageCannotTellANodeToLeave() {
    HttpRequest.Builder plain = request("/v1/nodes/foo/drain")
        .header("Content-Type", "text/plain")
        .POST(HttpRequest.BodyPublishers.ofString("{\"force\":true}"));
    assertProblem(send(plain), 415, "unsupported-media-type");
    assertProblem(send(request("/v1/nodes/foo/drain")), 405, "method-not-allowed");
    assertThat(node.ready()).isTrue();
  }

  @Test
  void theRootListsThePaths() {
    assertThat(send(request("/")).body()).contains("node foo", "/v1/{type}/{id}", "/readyz");
  }

  @Test
  void aBlockingRouteTellsFailuresToo() {
    node.failNext(new NotDone.Unavailable("the database does not answer", Duration.ofSeconds(1)));

    assertProblem(send(request("/v1/nodes")), 503, "unavailable");
  }

  @Test
  void untilItServesItIsLiveButNotReady() {
    HttpApi starting = HttpApi.bind(CONFIG);
    try {
      assertThat(send(to(starting, "/livez")).statusCode()).isEqualTo(200);
      assertProblem(send(to(starting, "/readyz")), 503, "unavailable");
      HttpResponse<String> early = send(to(starting, "/v1/entity/entity_1"));
      assertProblem(early, 503, "unavailable");
      assertThat(json(early).at("/detail").asString()).isEqualTo("foo is starting");
    } finally {
      starting.close();
    }
  }

  @Test
  void itIsReadyOnlyWhileItsNodeIsAndIsNotLeaving() {
    assertThat(send(request("/readyz")).statusCode()).isEqualTo(200);
    node.ready(false);
    assertProblem(send(request("/readyz")), 503, "unavailable");
    node.ready(true);
    assertThat(send(request("/readyz")).statusCode()).isEqualTo(200);
  }

  @Test
  void whileItsNodeLeavesItAnswersButEndsTheConnection() throws IOException {
    assertThat(send(request("/livez")).headers().firstValue("Connection")).hasValue("keep-alive");
    node.ready(false);
    HttpResponse<String> put = put("entity_1", "\"working\"");
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(put.headers().firstValue("Connection")).hasValue("close");
  }

  @Test
  void whenItClosesItTakesNoConnectionButAnswersWhatIsUnderWay() {
    CompletableFuture<Void> answering = new CompletableFuture<>();
    node.answerAfter(answering);
    CompletableFuture<HttpResponse<String>> underWay =
        CompletableFuture.supplyAsync(() -> put("entity_1", "\"working\""));
    await().until(node::asked);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(api::close);
    await().until(() -> !connects());
    assertThat(closing).isNotDone();
    answering.complete(null);
    assertThat(underWay.join().statusCode()).isEqualTo(201);
    closing.join();
  }

  private boolean connects() {
    URI uri = URI.create(api.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aTakenPortIsToldBeforeAnythingStarts() {
    String port = String.valueOf(URI.create(api.url()).getPort());

    assertThatThrownBy(() -> HttpApi.bind(config(port)))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessage("port " + port + " on 127.0.0.1 is in use; choose another with --http-port");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8080, 200",
    "127.0.0.1, 200",
    "[::1]:80, 200",
    "evil.example, 421",
    "localhost.evil.example, 421",
    "127.0.0.1.evil.example:80, 421",
  })
  void onlyNamesOfThisMachineAreAnswered(String host, int status) throws IOException {
    assertThat(raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status);
    // Whoever watches the process may call it what he likes.
    assertThat(raw("GET /livez HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void headersHaveLimits() throws IOException {
    String start = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    assertThat(raw(start + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
        .doesNotStartWith("HTTP/1.1 200");
    assertThat(raw(start + "X: 1\r\n".repeat(100) + "\r\n")).doesNotStartWith("HTTP/1.1 200");
  }

  private String raw(String request) throws IOException {
    URI uri = URI.create(api.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      return new String(answer.readNBytes(12), StandardCharsets.US_ASCII);
    }
  }
}
