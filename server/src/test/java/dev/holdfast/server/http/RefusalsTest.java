package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a request can be wrong or fail. */
final class RefusalsTest extends HttpFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-Match | abc | If-Match takes one revision",
        "If-Match | * | If-Match takes one revision",
        "If-None-Match | \"3\" | only as *",
        "Idempotency-Key | a b | operation id",
        "Holdfast-Timeout | soon | such as 500ms",
        "Holdfast-Timeout | 0ms | a deadline is 1 ms to 10 min",
        "Holdfast-Timeout | 11m | a deadline is 1 ms to 10 min",
      })
  void aMalformedHeaderIsRefused(String header, String value, String message) {
    HttpResponse<String> answer = send(putting("entity_1", "\"working\"").header(header, value));

    assertProblem(answer, 400, "invalid-request");
    assertThat(json(answer).at("/detail").asString()).contains(message);
  }

  @Test
  void bothConditionsAtOnceAreRefused() {
    assertProblem(
        send(putting("entity_1", "\"working\"")
            .header("If-Match", "\"1\"")
            .header("If-None-Match", "*")),
        400,
        "invalid-request");
    assertProblem(
        send(request("/v1/entity/entity_1/changes/touch")
            .header("If-Match", "\"1\"")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))),
        400,
        "invalid-request");
  }

  @Test
  void aWrongStateIsRefusedWithTheAllowedOnes() {
    HttpResponse<String> answer = put("entity_1", "\"sleeping\"");

    assertProblem(answer, 422, "invalid-value");
    assertThat(json(answer).at("/detail").asString())
        .isEqualTo("state must be one of initialized, working, finalized, not \"sleeping\"");
  }

  @Test
  void anUnknownFieldIsRefusedWithTheNearest() {
    HttpResponse<String> answer = put("entity_1", "{\"stat\":\"working\"}");

    assertProblem(answer, 422, "invalid-value");
    assertThat(json(answer).at("/detail").asString())
        .isEqualTo("unknown field \"stat\"; did you mean \"state\"?");
  }

  @Test
  void aBodyThatIsNotJsonIsTold() {
    assertProblem(put("entity_1", "{working"), 400, "malformed-json");
    assertProblem(
        send(request(path("entity_1"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(new byte[] {'"', (byte) 0xff, '"'}))),
        400,
        "malformed-json");
  }

  @Test
  void anUnknownTypeIsTold() {
    assertProblem(send(request("/v1/order/1")), 404, "unknown-type");
    assertProblem(send(request("/v1/order")), 404, "unknown-type");
    assertProblem(send(request("/v1/order/1/placement")), 404, "unknown-type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v1/entity/a/b", "/v1/entity/a/changes", "/v1/a/b/c/d/e"})
  void anUnknownPathIsTold(String path) {
    assertProblem(send(request(path)), 404, "unknown-path");
  }

  @Test
  void anIdThatIsNoneIsTold() {
    assertProblem(send(request("/v1/entity/" + "x".repeat(257))), 400, "invalid-id");
    assertProblem(send(request("/v1/entity/%FF")), 400, "invalid-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1001", "limit=many", "lmit=3", "after=a&after=b"})
  void aWrongParameterIsTold(String query) {
    assertProblem(send(request("/v1/entity?" + query)), 400, "invalid-request");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /v1/entity/entity_1 | GET, HEAD, PUT, PATCH, DELETE",
        "PUT | /v1/entity | GET, HEAD",
        "DELETE | /v1/nodes | GET, HEAD",
        "GET | /v1/entity/entity_1/changes/touch | POST",
        "POST | / | GET, HEAD",
        "POST | /livez | GET, HEAD",
        "POST | /readyz | GET, HEAD",
        "POST | /v1 | GET, HEAD",
        "POST | /v1/entity/entity_1/placement | GET, HEAD",
      })
  void aMethodThatIsNotThereIsToldWithThoseThatAre(String method, String path, String allowed) {
    HttpResponse<String> answer = send(request(path)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.noBody()));

    assertProblem(answer, 405, "method-not-allowed");
    assertThat(answer.headers().firstValue("Allow")).contains(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
  void aBodyThatDoesNotSayItIsJsonIsRefused(String mediaType) {
    assertProblem(
        send(request(path("entity_1"))
            .header("Content-Type", mediaType)
            .PUT(BodyPublishers.ofString("\"working\""))),
        415,
        "unsupported-media-type");
    assertProblem(
        send(request(path("entity_1")).PUT(BodyPublishers.ofString("\"working\""))),
        415,
        "unsupported-media-type");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhetherItsLengthIsSaidOrNot() {
    byte[] large = ("\"" + "x".repeat(20_000) + "\"").getBytes(StandardCharsets.UTF_8);

    assertProblem(put("entity_1", new String(large, StandardCharsets.UTF_8)), 413, "too-large");
    assertProblem(
        send(request(path("entity_1"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))),
        413,
        "too-large");
  }

  @Test
  void everyFailureOfHoldfastHasAStatusAndAnOutcome() {
    assertFailure(new NotDone.Rejected("no"), 409, "rejected", "not-done");
    assertFailure(new NotDone.OperationReused("no"), 422, "operation-reused", "not-done");
    assertFailure(new NotDone.TooLarge("no"), 413, "too-large", "not-done");
    assertFailure(new OutcomeUnknown("lost", "op-1"), 504, "outcome-unknown", "unknown");

    node.failNext(new NotDone.Unavailable("moving", Duration.ofMillis(1_200)));
    HttpResponse<String> busy = put("entity_1", "\"working\"");
    assertProblem(busy, 503, "unavailable");
    assertThat(busy.headers().firstValue("Retry-After")).contains("2");
  }

  private void assertFailure(RuntimeException failure, int status, String code, String outcome) {
    node.failNext(failure);
    HttpResponse<String> answer = put("entity_1", "\"working\"");
    assertProblem(answer, status, code);
    assertThat(json(answer).at("/outcome").asString()).isEqualTo(outcome);
  }

  @Test
  void anUnknownOutcomeNamesTheOperationToRepeat() {
    node.failNext(new OutcomeUnknown("lost", "op-1"));

    assertThat(json(put("entity_1", "\"working\"")).at("/operation").asString()).isEqualTo("op-1");
  }

  @Test
  void aBugIsToldWithoutItsStackTrace() {
    node.failNext(new IllegalStateException("secret"));
    HttpResponse<String> write = put("entity_1", "\"working\"");
    node.failNext(new IllegalStateException("secret"));
    HttpResponse<String> nodes = send(request("/v1/nodes"));

    assertProblem(write, 500, "internal");
    assertThat(json(write).at("/outcome").asString()).isEqualTo("unknown");
    assertProblem(nodes, 500, "internal");
    assertThat(write.body() + nodes.body()).doesNotContain("secret", "Exception", "\\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"newest", "stale", "stale:", "stale:-5ms", "stale:5", "stale:1500m", "", "Any"})
  void anUnknownWayToReadIsRefusedNamingTheKnownOnes(String mode) {
    HttpResponse<String> answer = send(request(path("entity_1") + "?read=" + mode));

    assertProblem(answer, 400, "invalid-request");
    assertThat(json(answer).at("/detail").asString())
        .contains("linearizable, confirmed, stale:TIME", "24 h", "any", "\"" + mode + "\"");
  }

  @Test
  void onlyReadsAreAskedForInAWay() {
    assertProblem(
        send(request(path("entity_1") + "?read=any")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("\"working\""))),
        400,
        "invalid-request");
  }

  @Test
  void anOperationThatIsTooOldIsUnknownForGood() {
    node.failNext(new OutcomeUnknown.TooOld("read the entity to see", "op-1"));
    HttpResponse<String> answer = put("entity_1", "\"working\"");
    assertProblem(answer, 409, "operation-too-old");
    assertThat(json(answer).at("/outcome").asString()).isEqualTo("unknown");
    assertThat(json(answer).at("/operation").asString()).isEqualTo("op-1");
    assertThat(json(answer).at("/detail").asString()).isEqualTo("read the entity to see");
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
  }
}
