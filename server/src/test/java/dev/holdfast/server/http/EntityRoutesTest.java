package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Read;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What entities answer when all is well. */
final class EntityRoutesTest extends HttpFixture {
  @Test
  void aSetEntityIsReadBackWithRevisionOwnerAndServer() {
    HttpResponse<String> created = put("entity_1", "{\"state\":\"working\"}");

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains("/v1/entity/entity_1");

    HttpResponse<String> read = send(request("/v1/entity/entity_1"));
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body())
        .isEqualTo("{\"type\":\"entity\",\"id\":\"entity_1\","
            + "\"value\":{\"state\":\"working\"},\"revision\":0}");
    assertThat(read.headers().firstValue("ETag")).contains("\"0\"");
    assertThat(read.headers().firstValue("Holdfast-Owner")).contains("foo");
    assertThat(read.headers().firstValue("Holdfast-Served-By")).contains("foo");
    assertThat(read.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(read.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(read.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void aBareWordAssignsTheMainField() {
    put("entity_1", "\"initialized\"");

    HttpResponse<String> set = put("entity_1", "\"finalized\"");

    assertThat(set.statusCode()).isEqualTo(200);
    assertThat(json(set).at("/value/state").asString()).isEqualTo("finalized");
    assertThat(json(set).at("/revision").asLong()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a b+c", "ü€😀", "..", "100%", "?x=1&y#z;v", "\"'<>", "nodes"})
  void anyIdIsOneSegmentOfThePath(String id) {
    HttpResponse<String> set = put(id, "\"working\"");

    assertThat(json(set).at("/id").asString()).isEqualTo(id);
    assertThat(json(send(request(path(id)))).at("/id").asString()).isEqualTo(id);
  }

  @Test
  void aPatchMergesUnderEitherMediaType() {
    put("entity_1", "\"initialized\"");

    HttpResponse<String> first = send(request(path("entity_1"))
        .header("Content-Type", "application/merge-patch+json")
        .method("PATCH", BodyPublishers.ofString("{\"state\":\"working\"}")));
    HttpResponse<String> second = send(request(path("entity_1"))
        .header("Content-Type", "application/json; charset=utf-8")
        .method("PATCH", BodyPublishers.ofString("{\"state\":\"finalized\"}")));

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(json(second).at("/value/state").asString()).isEqualTo("finalized");
    assertThat(json(second).at("/revision").asLong()).isEqualTo(2);
  }

  @Test
  void aDeletedEntityIsAnsweredAsNullAndThenNotFound() {
    put("entity_1", "\"working\"");

    HttpResponse<String> deleted = send(request(path("entity_1")).DELETE());

    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(deleted.body())
        .isEqualTo("{\"type\":\"entity\",\"id\":\"entity_1\",\"value\":null,\"revision\":1}");
    assertProblem(send(request(path("entity_1"))), 404, "not-found");
  }

  @Test
  void aChangeAnswersItsReply() {
    put("entity_1", "\"working\"");

    HttpResponse<String> changed = post("/v1/entity/entity_1/changes/touch", "{}");

    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body())
        .isEqualTo(
            "{\"type\":\"entity\",\"id\":\"entity_1\"," + "\"reply\":\"touched\",\"revision\":1}");
    assertProblem(post("/v1/entity/entity_1/changes/tuoch", "{}"), 404, "unknown-change");
  }

  @Test
  void aListIsReadPageByPage() {
    put("a", "\"working\"");
    put("b/1", "\"working\"");
    put("c", "\"working\"");

    JsonNode first = json(send(request("/v1/entity?limit=2")));
    assertThat(first.at("/items").size()).isEqualTo(2);
    assertThat(first.at("/items/0/owner").asString()).isEqualTo("foo");
    assertThat(first.at("/next").asString()).isEqualTo("b/1");

    JsonNode second = json(send(request("/v1/entity?limit=2&after=b%2F1")));
    assertThat(second.at("/items/0/id").asString()).isEqualTo("c");
    assertThat(second.at("/next").isNull()).isTrue();
  }

  @Test
  void aPageThatJustFitsHasNoNext() {
    put("a", "\"working\"");
    put("b", "\"working\"");

    assertThat(json(send(request("/v1/entity?limit=2"))).at("/next").isNull()).isTrue();
  }

  @Test
  void headIsAnsweredWithoutABody() {
    put("entity_1", "\"working\"");

    HttpResponse<String> head =
        send(request(path("entity_1")).method("HEAD", BodyPublishers.noBody()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("ETag")).contains("\"0\"");
    assertThat(head.body()).isEmpty();
  }

  @Test
  void ifMatchLetsOnlyTheRightRevisionPass() {
    put("entity_1", "\"initialized\"");

    HttpResponse<String> wrong =
        send(putting("entity_1", "\"working\"").header("If-Match", "\"7\""));
    assertProblem(wrong, 412, "revision-mismatch");
    assertThat(json(wrong).at("/currentRevision").asLong()).isZero();

    assertThat(
            send(putting("entity_1", "\"working\"").header("If-Match", "\"0\"")).statusCode())
        .isEqualTo(200);
    assertProblem(
        send(request(path("entity_1")).header("If-Match", "\"0\"").DELETE()),
        412,
        "revision-mismatch");
  }

  @Test
  void ifNoneMatchCreatesOnlyOnce() {
    assertThat(send(putting("new", "\"working\"").header("If-None-Match", "*")).statusCode())
        .isEqualTo(201);
    assertProblem(
        send(putting("new", "\"working\"").header("If-None-Match", "*")), 412, "revision-mismatch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"0\"", "W/\"0\"", "\"4\", \"0\"", "*"})
  void aReaderThatHasTheRevisionGetsNoBody(String tags) {
    put("entity_1", "\"working\"");

    HttpResponse<String> read = send(request(path("entity_1")).header("If-None-Match", tags));

    assertThat(read.statusCode()).isEqualTo(304);
    assertThat(read.body()).isEmpty();
    assertThat(read.headers().firstValue("ETag")).contains("\"0\"");
  }

  @Test
  void aReaderThatHasAnotherRevisionGetsTheEntity() {
    put("entity_1", "\"working\"");

    assertThat(send(request(path("entity_1")).header("If-None-Match", "\"9\"")).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"abc-1, abc-1", "'\"abc-1\"', abc-1"})
  void theIdempotencyKeyIsTheOperation(String header, String operation) {
    send(putting("entity_1", "\"working\"").header("Idempotency-Key", header));

    assertThat(node.lastCall().operation()).isEqualTo(operation);
  }

  @ParameterizedTest
  @CsvSource({"500ms, 500", "2s, 2000", "1m, 60000"})
  void theTimeoutIsTheDeadline(String header, long millis) {
    put("entity_1", "\"working\"");
    send(request(path("entity_1")).header("Holdfast-Timeout", header));

    assertThat(node.lastCall().deadline()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({
    "'', linearizable, owner",
    "?read=linearizable, linearizable, owner",
    "?read=confirmed, confirmed, owner",
    "?read=stale:500ms, stale, owner",
    "?read=any, any, database"
  })
  void aReadIsAsFreshAsWantedAndSaysWhereItIsFrom(String query, String mode, String source) {
    put("entity_1", "\"working\"");

    HttpResponse<String> read = send(request(path("entity_1") + query));

    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("Holdfast-Source")).contains(source);
    assertThat(read.headers().firstValue("Holdfast-Served-By")).contains("foo");
    assertThat(read.headers().firstValue("Holdfast-Owner").isPresent())
        .isEqualTo(source.equals("owner"));
    assertThat(node.lastRead())
        .isEqualTo(Map.of(
                "linearizable", Read.linearizable(),
                "confirmed", Read.confirmed(),
                "stale", Read.atMostStale(Duration.ofMillis(500)),
                "any", Read.any())
            .get(mode));
  }

  @Test
  void aPageSaysThatItIsFromTheDatabase() {
    assertThat(send(request("/v1/entity")).headers().firstValue("Holdfast-Source"))
        .contains("database");
  }
}
