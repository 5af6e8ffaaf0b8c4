package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other servers can do here: nothing. */
final class OriginsTest extends HttpFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "http://localhost:1",
        "http://127.0.0.1",
        "https://127.0.0.1.evil.example",
        "nonsense",
      })
  void aPageOfAnotherServerChangesNothing(String origin) {
    assertProblem(
        send(putting("entity_1", "\"working\"").header("Origin", origin)), 403, "foreign-page");
    assertProblem(
        send(request(path("entity_1")).header("Origin", origin).DELETE()), 403, "foreign-page");
    assertProblem(
        send(request("/v1/nodes/foo/drain")
            .header("Origin", origin)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"force\":true}"))),
        403,
        "foreign-page");
    assertThat(node.asked()).isFalse();
    assertThat(node.ready()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, cross-site, cors, 403",
    "PUT, same-site, cors, 403",
    "PUT, cross-site, navigate, 403",
    "PUT, same-origin, cors, 201",
    "PUT, none, navigate, 201",
    "GET, cross-site, no-cors, 403",
    "GET, cross-site, navigate, 200",
    "GET, same-origin, cors, 200",
  })
  void whereABrowserSaysARequestComesFromDecides(
      String method, String site, String mode, int status) {
    if (method.equals("GET")) {
      put("entity_1", "\"working\"");
    }
    HttpRequest.Builder request = request(path("entity_1"))
        .header("Content-Type", "application/json")
        .header("Sec-Fetch-Site", site)
        .header("Sec-Fetch-Mode", mode);

    assertThat(send(method.equals("GET")
                ? request.GET()
                : request.PUT(BodyPublishers.ofString("\"working\"")))
            .statusCode())
        .isEqualTo(status);
  }

  @Test
  void thisServersOwnPagesMayChangeThings() {
    HttpResponse<String> answer =
        send(putting("entity_1", "\"working\"").header("Origin", api.url()));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void aPreflightOfAnotherPageIsNotAnsweredWithLeave() {
    HttpResponse<String> answer = send(request(path("entity_1"))
        .header("Origin", "http://evil.example")
        .header("Access-Control-Request-Method", "PUT")
        .method("OPTIONS", BodyPublishers.noBody()));

    assertProblem(answer, 403, "foreign-page");
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
  }
}
