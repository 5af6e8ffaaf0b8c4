package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server over a fake node, and a client for it. */
abstract class HttpFixture {
  static final ServerConfig CONFIG = config("0");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final HttpApi api = HttpApi.bind(CONFIG);
  final FakeHoldfast node =
      new FakeHoldfast("foo", api.url(), CONFIG.types().get(0).type());

  HttpFixture() {
    api.serve(node);
  }

  static ServerConfig config(String port) {
    Map<String, String> flags =
        Map.of("node.name", "foo", "http.port", port, "largest-value", "1000");
    return new ConfigSources(null, Map.of(), flags).load();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  static String path(String id) {
    return dev.holdfast.server.wire.UrlPath.of("v1", "entity", id);
  }

  HttpRequest.Builder request(String path) {
    return to(api, path);
  }

  static HttpRequest.Builder to(HttpApi api, String path) {
    return HttpRequest.newBuilder(URI.create(api.url() + path)).timeout(Duration.ofSeconds(10));
  }

  HttpRequest.Builder putting(String id, String json) {
    return request(path(id))
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(json));
  }

  HttpResponse<String> put(String id, String json) {
    return send(putting(id, json));
  }

  HttpResponse<String> post(String path, String json) {
    return send(request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json)));
  }

  /** Whether the server has ended the connection, once what it had sent is read. */
  static boolean ended(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), FiniteBody::of);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(answer);
    assertThat(problem.at("/type").asString()).isEqualTo("urn:holdfast:error:" + code);
    assertThat(problem.at("/status").asInt()).isEqualTo(status);
    assertThat(problem.at("/title").asString()).isNotEmpty();
    assertThat(problem.at("/detail").asString()).isNotEmpty();
    assertThat(problem.at("/outcome").asString()).isIn("not-done", "unknown");
  }
}
