package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.undertow.util.HttpString;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a server's own description says, and whether an answer is as it says. */
final class OpenApiDocument {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private final JsonNode document;
  private final Set<String> provoked = new TreeSet<>();
  private final Set<String> codes = new TreeSet<>();

  OpenApiDocument(String text) {
    document = JsonMapper.shared().readTree(text);
  }

  JsonNode json() {
    return document;
  }

  /** Each operation, such as {@code GET /v1/nodes}, with the scope that it needs. */
  Map<String, Optional<Scope>> operations() {
    Map<String, Optional<Scope>> all = new TreeMap<>();
    document
        .at("/paths")
        .properties()
        .forEach(path -> path.getValue().properties().stream()
            .filter(method -> METHODS.contains(method.getKey()))
            .forEach(method -> all.put(
                name(method.getKey(), path.getKey()), scope(method.getValue().at("/security")))));
    return all;
  }

  private static Optional<Scope> scope(JsonNode security) {
    if (security.isEmpty()) {
      return Optional.empty();
    }
    String text = security.at("/0/bearer/0").asString();
    return Optional.of(Scope.parse(text).orElseThrow().iterator().next());
  }

  static String name(String method, String path) {
    return new HttpString(method.toUpperCase(Locale.ROOT)) + " " + path;
  }

  /** Every operation and status in the document, such as {@code GET /v1/nodes 503}. */
  Set<String> promises() {
    Set<String> all = new TreeSet<>();
    document
        .at("/paths")
        .properties()
        .forEach(path -> path.getValue().properties().stream()
            .filter(method -> METHODS.contains(method.getKey()))
            .forEach(method -> method
                .getValue()
                .at("/responses")
                .propertyNames()
                .forEach(status -> all.add(name(method.getKey(), path.getKey()) + " " + status))));
    return all;
  }

  /** Those that have been seen. */
  Set<String> provoked() {
    return provoked;
  }

  /** The codes of the problems that have been seen. */
  Set<String> codes() {
    return codes;
  }

  /** Fails unless the answer to an operation is one that the document allows. */
  void check(String operation, int status, String contentType, String body) {
    String[] methodAndPath = operation.split(" ", -1);
    JsonNode response = document
        .path("paths")
        .path(methodAndPath[1])
        .path(methodAndPath[0].toLowerCase(Locale.ROOT))
        .path("responses")
        .path(String.valueOf(status));
    assertThat(response.isMissingNode())
        .as("%s answered %s, which the document does not have: %s", operation, status, body)
        .isFalse();
    provoked.add(operation + " " + status);
    checkResponse(operation + " " + status, resolved(response), contentType, body);
  }

  /** Fails unless the answer is as the response of that name under components. */
  void checkComponent(String name, String contentType, String body) {
    checkResponse(
        name, document.path("components").path("responses").path(name), contentType, body);
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private void checkResponse(String what, JsonNode response, String contentType, String body) {
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(body).as(what).isEmpty();
      return;
    }
    String mediaType = contentType.split(";", 2)[0];
    JsonNode schema = content.path(mediaType).path("schema");
    assertThat(schema.isMissingNode())
        .as("%s came as %s, which the document does not have", what, contentType)
        .isFalse();
    if (!mediaType.endsWith("json")) {
      return;
    }
    JsonNode json = JsonMapper.shared().readTree(body);
    assertThat(errors(schema, json)).as("%s: %s", what, body).isEmpty();
    if (mediaType.equals("application/problem+json")) {
      codes.add(json.path("type").asString().replace("urn:holdfast:error:", ""));
    }
  }

  private List<Error> errors(JsonNode schema, JsonNode body) {
    ObjectNode whole = JsonMapper.shared().createObjectNode();
    whole.putArray("allOf").add(schema);
    whole.set("components", document.path("components"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(whole)
        .validate(body);
  }
}
