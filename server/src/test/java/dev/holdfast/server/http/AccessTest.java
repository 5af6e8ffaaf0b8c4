package dev.holdfast.server.http;

import static dev.holdfast.server.http.HttpFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.testkit.TestAuthority;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with TLS and access tokens: who may do what. */
final class AccessTest {
  private static final Map<Scope, String> TOKENS =
      Map.of(Scope.READ, Token.random(), Scope.WRITE, Token.random(), Scope.ADMIN, Token.random());

  @TempDir
  static Path folder;

  private final TestAuthority authority = new TestAuthority("authority", Instant.now());
  private HttpApi api;
  private FakeHoldfast node;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    StringBuilder lines = new StringBuilder("# who may do what\n\n");
    TOKENS.forEach((scope, text) ->
        lines.append(Token.of(scope.text(), Set.of(scope), text).line()).append('\n'));
    Path tokens = Files.writeString(folder.resolve("tokens"), lines);
    TestAuthority.Issued own = authority.issue(folder, "foo", "127.0.0.1");
    ServerConfig config = new ConfigSources(
            null,
            Map.of(),
            Map.of(
                "node.name", "foo",
                "http.port", "0",
                "http.tokens", tokens.toString(),
                "http.tls.certificate", own.certificate().toString(),
                "http.tls.key", own.key().toString()))
        .load();
    api = HttpApi.bind(config);
    node = new FakeHoldfast("foo", api.url(), config.types().get(0).type());
    api.serve(node);
    client = HttpClient.newBuilder()
        .sslContext(TlsFiles.trusting(authority.certificate(folder)))
        .build();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private HttpResponse<String> ask(String method, String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + path))
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(method.equals("GET") ? "" : "{}"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return client.send(request.build(), FiniteBody::of);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks for every method of every path; HEAD is as GET. */
  private void forEachRequest(Asked asked) {
    for (Routes.Route route : Routes.ALL) {
      String path = route
          .template()
          .replace("{type}", "entity")
          .replace("{id}", "entity_1")
          .replace("{file}", "main.js")
          .replace("{name}", "foo")
          .replace("**", "x")
          .replaceFirst("entity/watch$", "entity/watch?prefix=");
      route.scopes().forEach((method, scope) -> {
        if (!method.equals(Methods.HEAD)) {
          asked.ask(method, path, scope);
        }
      });
    }
  }

  private interface Asked {
    void ask(HttpString method, String path, Optional<Scope> scope);
  }

  @Test
  void withoutATokenNothingIsAnsweredButWhatIsOpen() {
    forEachRequest((method, path, scope) -> {
      HttpResponse<String> answer = ask(method.toString(), path, "");
      if (scope.isEmpty()) {
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
      } else {
        assertProblem(answer, 401, "unauthenticated");
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
            .contains("Bearer realm=\"holdfast\"");
      }
    });
    assertThat(node.asked()).isFalse();
  }

  @Test
  void aTokenAllowsWhatItsScopeSaysAndNothingElse() {
    forEachRequest((method, path, needed) -> TOKENS.forEach((scope, token) -> {
      HttpResponse<String> answer = ask(method.toString(), path, token);
      if (needed.isEmpty() || needed.get() == scope) {
        assertThat(answer.statusCode()).as(method + " " + path).isNotIn(401, 403);
      } else {
        assertProblem(answer, 403, "forbidden");
        String scopeText = needed.get().text();
        assertThat(answer.body()).contains("lacks the scope " + scopeText).doesNotContain(token);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
            .contains("insufficient_scope", "scope=\"" + scopeText + "\"");
      }
    }));
  }

  @Test
  void anUnknownTokenIsToldFromAMissingOne() {
    HttpResponse<String> answer = ask("GET", "/v1", Token.random());

    assertProblem(answer, 401, "unauthenticated");
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("error=\"invalid_token\"");
  }

  @Test
  void whetherThereIsAPathIsToldOnlyWithAToken() {
    assertProblem(ask("GET", "/v2/nothing", ""), 401, "unauthenticated");
    assertProblem(
        ask("GET", "/v2/nothing", TOKENS.getOrDefault(Scope.READ, "")), 404, "unknown-path");
  }

  @Test
  void healthIsToldToAnybodyAndSaysNothingElse() {
    assertThat(ask("GET", "/livez", "").body()).isEqualTo("{\"status\":\"live\"}");
    assertThat(ask("GET", "/readyz", "").body()).isEqualTo("{\"status\":\"ready\"}");
    node.ready(false);
    HttpResponse<String> notReady = ask("GET", "/readyz", "");
    assertProblem(notReady, 503, "unavailable");
    assertThat(notReady.body()).contains("foo is not ready").doesNotContain("leaving");
  }

  @Test
  void everyAnswerKeepsBrowsersFromRunningFramingAndKeepingIt() {
    for (String path : new String[] {"/", "/v1", "/v2", "/livez"}) {
      HttpHeaders headers = ask("GET", path, "").headers();
      assertThat(headers.firstValue("content-security-policy").orElse(""))
          .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'");
      assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
      assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
      assertThat(headers.firstValue("cache-control")).contains("no-store");
    }
  }

  @Test
  void aClientThatDoesNotKnowTheAuthorityEndsTheConnection() {
    client = HttpClient.newHttpClient();
    assertThatThrownBy(() -> ask("GET", "/livez", ""))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(SSLException.class);
  }

  @Test
  void whoSpeaksWithoutTlsIsNotAnswered() throws IOException {
    URI uri = URI.create(api.url());
    assertThat(uri.getScheme()).isEqualTo("https");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).doesNotContain("HTTP", "live");
    }
  }
}
