package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.wire.FailureKind;
import io.undertow.util.Methods;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API and the running server say the same, in both directions. */
final class OpenApiTest extends HttpFixture {
  private static final String ENTITY = "/v1/{type}/{id}";
  private static final String CHANGE = "POST /v1/{type}/{id}/changes/{name}";
  private static final String DRAIN = "POST /v1/nodes/{name}/drain";
  private static final String WATCH_ALL = "GET /v1/{type}/watch";
  private static final String PROBLEM = "application/problem+json";
  private static final String WORKING = "{\"state\":\"working\"}";

  @TempDir
  static Path folder;

  private final OpenApiDocument document =
      new OpenApiDocument(send(request("/openapi.json")).body());

  /**
   * Sends an operation as it usually is, changed as wanted, and holds the answer to the document.
   */
  private HttpResponse<String> ask(
      HttpApi server, String operation, Consumer<HttpRequest.Builder> changed, String query) {
    String method = operation.split(" ", -1)[0];
    String path = operation
        .split(" ", -1)[1]
        .replace("{type}", "entity")
        .replace("{id}", "entity_1")
        .replace("{file}", "main.js")
        .replace("{name}", method.equals("POST") && operation.equals(CHANGE) ? "touch" : "foo");
    if (operation.equals(WATCH_ALL)) { // without a prefix it is an entity
      path += "?prefix=" + query.replace('?', '&');
    } else {
      path += query;
    }
    HttpRequest.Builder request = to(server, path)
        .header("Content-Type", "application/json")
        .method(
            method,
            Set.of("GET", "DELETE").contains(method)
                ? BodyPublishers.noBody()
                : BodyPublishers.ofString(operation.equals(DRAIN) ? "{}" : WORKING));
    changed.accept(request);
    HttpResponse<String> answer = send(request);
    String contentType = answer.headers().firstValue("Content-Type").orElse("");
    document.check(operation, answer.statusCode(), contentType, answer.body());
    return answer;
  }

  private HttpResponse<String> ask(String operation, Consumer<HttpRequest.Builder> changed) {
    return ask(api, operation, changed, "");
  }

  private HttpResponse<String> ask(String operation, String... headers) {
    return ask(operation, request -> {
      if (headers.length > 0) {
        request.headers(headers);
      }
    });
  }

  private void failing(String operation, RuntimeException failure) {
    node.failNext(failure);
    ask(operation);
  }

  @Test
  void theErrorsOfTheDocumentAreThoseOfTheCode() {
    Set<String> documented = document
        .json()
        .at("/components/schemas/Problem/properties/type/enum")
        .valueStream()
        .map(type -> type.asString())
        .collect(Collectors.toSet());
    Set<String> known = Arrays.stream(FailureKind.values())
        .filter(kind -> kind != FailureKind.CANNOT_START) // no server is there to answer it
        .map(FailureKind::uri)
        .collect(Collectors.toSet());

    assertThat(documented).isEqualTo(known);
  }

  @Test
  void thePathsAndScopesOfTheDocumentAreThoseOfTheCode() {
    Map<String, Optional<Scope>> routes = new TreeMap<>();
    Routes.ALL.forEach(route -> route.scopes().forEach((method, scope) -> {
      if (!method.equals(Methods.HEAD)) {
        routes.put(OpenApiDocument.name(method.toString(), route.template()), scope);
      }
    }));

    assertThat(document.operations()).isEqualTo(routes);
  }

  @Test
  void everyAnswerOfTheDocumentIsGivenAndNoOther() throws IOException {
    put("entity_1", WORKING);
    document.operations().keySet().stream()
        .filter(operation -> !operation.equals(DRAIN))
        .forEach(this::ask);
    put("entity_1", WORKING);
    reading();
    changing();
    draining();
    forAll();
    withTokens();
    whileStarting();
    forTheGreedy();
    assertThat(document.provoked()).containsExactlyInAnyOrderElementsOf(document.promises());
    beyondOperations();
    assertThat(document.codes())
        .containsExactlyInAnyOrderElementsOf(Arrays.stream(FailureKind.values())
            .filter(kind -> kind != FailureKind.CANNOT_START)
            .map(FailureKind::code)
            .toList());
  }

  private void reading() {
    long revision = json(ask("GET " + ENTITY)).at("/revision").asLong();
    ask("GET " + ENTITY, "If-None-Match", "\"" + revision + "\"");
    failing("GET " + ENTITY, new NotDone.NotFound("no"));
    failing("GET " + ENTITY, new IllegalStateException("a bug"));
    failing("GET /v1/{type}", new NotDone.UnknownType("no"));
    failing("GET /v1/{type}", new IllegalStateException("a bug"));
    for (String more : new String[] {"/placement", "/history"}) {
      failing("GET " + ENTITY + more, new NotDone.UnknownType("no"));
      failing("GET " + ENTITY + more, new NotDone.InvalidId("no"));
      failing("GET " + ENTITY + more, new IllegalStateException("a bug"));
    }
    for (String watch : new String[] {WATCH_ALL, "GET " + ENTITY + "/watch"}) {
      failing(watch, new NotDone.UnknownType("no"));
      failing(watch, new IllegalStateException("a bug"));
    }
    failing("GET /v1/nodes", new IllegalStateException("a bug"));
    ask("GET /v1/events", "Accept", "application/json");
    console();
  }

  private void console() {
    ask("GET /console/{file}", "If-None-Match", tag(ask("GET /console/{file}")));
    String page = tag(ask("GET /", "Accept", "text/html"));
    ask("GET /", "Accept", "text/html", "If-None-Match", page);
    ask(api, "GET /", request -> request.header("Accept", "text/html"), "?nonsense=1");
    HttpResponse<String> none = send(request("/console/nothing.js"));
    document.check("GET /console/{file}", none.statusCode(), PROBLEM, none.body());
  }

  private static String tag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  private void changing() {
    for (String write : List.of("PUT " + ENTITY, "PATCH " + ENTITY, "DELETE " + ENTITY, CHANGE)) {
      failing(write, new NotDone.UnknownType("no"));
      failing(write, new NotDone.OperationReused("no"));
      failing(write, new OutcomeUnknown.TooOld("no", "op"));
      failing(write, new OutcomeUnknown("lost", "op"));
      failing(write, new NotDone.Unavailable("moving", Duration.ofSeconds(1)));
      failing(write, new IllegalStateException("a bug"));
      if (!write.equals(CHANGE)) {
        failing(write, new NotDone.RevisionMismatch("no", 3));
      }
      if (!write.startsWith("DELETE")) {
        failing(write, new NotDone.InvalidValue("no"));
        failing(write, new NotDone.TooLarge("no"));
        ask(write, request -> request.setHeader("Content-Type", "text/plain"));
        String method = write.split(" ", -1)[0];
        ask(write, request -> request.method(method, BodyPublishers.ofString("[[[")));
      }
    }
    failing(CHANGE, new NotDone.Rejected("no"));
    failing(CHANGE, new NotDone.UnknownChange("no"));
    node.failNext(new NotDone.NotFound("no"));
    ask("PATCH " + ENTITY);
    HttpResponse<String> created = put("fresh", WORKING);
    assertThat(created.statusCode()).isEqualTo(201);
    document.check("PUT " + ENTITY, 201, "application/json", created.body());
    for (String write : List.of("PUT " + ENTITY, "PATCH " + ENTITY, CHANGE)) {
      assertThat(ask(write).statusCode()).isEqualTo(200);
    }
  }

  private void draining() {
    ask(DRAIN); // the last node
    failing(DRAIN, new IllegalStateException("a bug"));
    failing(DRAIN, new NotDone.UnknownNode("no"));
    ask(DRAIN, request -> request.setHeader("Content-Type", "text/plain"));
    ask(DRAIN, request -> request.POST(BodyPublishers.ofString("x".repeat(2_000))));
    ask(DRAIN, request -> request.POST(BodyPublishers.ofString("{\"force\":true}")));
    node.ready(true);
  }

  /** What may happen to every request, wherever it goes. */
  private void forAll() throws IOException {
    for (String operation : document.operations().keySet()) {
      ask(operation, "Origin", "http://evil.example");
      if (document.promises().contains(operation + " 400")) {
        ask(api, operation, request -> {}, "?nonsense=1");
      }
      if (document.promises().contains(operation + " 421")) {
        foreignHost(operation);
      }
    }
  }

  /** The client of Java does not lie about the host. */
  private void foreignHost(String operation) throws IOException {
    URI uri = URI.create(api.url());
    String path = operation.split(" ", -1)[1].replaceAll("[{}]", "x")
        + (operation.equals(WATCH_ALL) ? "?prefix=" : "");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(30_000);
      String request = operation.split(" ", -1)[0] + " " + path
          + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int body = answer.indexOf("\r\n\r\n");
      String contentType = answer.replaceFirst("(?is).*?content-type: ([^\r]*)\r.*", "$1");
      int status = Integer.parseInt(answer.substring(9, 12));
      document.check(operation, status, contentType, answer.substring(body + 4));
    }
  }

  private static HttpApi bind(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(Map.of("node.name", "foo", "http.port", "0"));
    flags.putAll(more);
    return HttpApi.bind(new ConfigSources(null, Map.of(), flags).load());
  }

  private void withTokens() throws IOException {
    Map<Scope, String> texts = new TreeMap<>();
    StringBuilder lines = new StringBuilder();
    for (Scope scope : Scope.values()) {
      String text = Token.random();
      texts.put(scope, text);
      lines.append(Token.of(scope.text(), Set.of(scope), text).line()).append('\n');
    }
    Path file = Files.writeString(folder.resolve("tokens"), lines);
    HttpApi guarded = bind(Map.of("http.tokens", file.toString()));
    guarded.serve(node);
    try {
      document.operations().forEach((operation, scope) -> {
        HttpResponse<String> without = ask(guarded, operation, request -> {}, "");
        assertThat(without.statusCode() == 401).as(operation).isEqualTo(scope.isPresent());
        Scope other = scope.isPresent() && scope.get() == Scope.READ ? Scope.ADMIN : Scope.READ;
        HttpResponse<String> wrong = ask(
            guarded,
            operation,
            request -> request.header("Authorization", "Bearer " + texts.getOrDefault(other, "")),
            "");
        assertThat(wrong.statusCode() == 403).as(operation).isEqualTo(scope.isPresent());
      });
    } finally {
      guarded.close();
    }
  }

  private void whileStarting() {
    HttpApi starting = bind(Map.of());
    try {
      document.operations().keySet().forEach(each -> ask(starting, each, request -> {}, ""));
    } finally {
      starting.close();
    }
  }

  private void forTheGreedy() {
    HttpApi busy = bind(Map.of("http.limits.requests", "1"));
    busy.serve(node);
    CompletableFuture<Void> answering = new CompletableFuture<>();
    node.answerAfter(answering);
    try {
      CompletableFuture<HttpResponse<String>> first =
          CompletableFuture.supplyAsync(() -> send(to(busy, "/v1/entity/entity_1")));
      Awaitility.await().until(() -> send(to(busy, "/livez")).statusCode() == 429);
      document.operations().keySet().forEach(each -> {
        assertThat(ask(busy, each, request -> {}, "").statusCode()).isEqualTo(429);
      });
      answering.complete(null);
      assertThat(first.join().statusCode()).isEqualTo(200);
    } finally {
      answering.complete(null);
      busy.close();
    }
  }

  /** What no operation answers, since it is not about one. */
  private void beyondOperations() {
    HttpResponse<String> unknown = send(request("/v2"));
    assertThat(unknown.statusCode()).isEqualTo(404);
    document.checkComponent("404", PROBLEM, unknown.body());
    HttpResponse<String> method = send(request("/v1/nodes").DELETE());
    assertThat(method.statusCode()).isEqualTo(405);
    document.checkComponent("405", PROBLEM, method.body());
  }
}
