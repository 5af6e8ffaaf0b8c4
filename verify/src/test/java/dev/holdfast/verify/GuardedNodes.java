package dev.holdfast.verify;

import static org.awaitility.Awaitility.await;

import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.server.http.Scope;
import dev.holdfast.server.http.Token;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two nodes on PostgreSQL as others could reach them: with certificates made by the example, over
 * HTTPS, and with access tokens. Belongs to one thread.
 */
final class GuardedNodes implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  /** What each of three people may show. */
  static final Map<String, String> TOKENS =
      Map.of("reader", Token.random(), "writer", Token.random(), "keeper", Token.random());

  private static final Map<String, Set<Scope>> SCOPES = Map.of(
      "reader", Set.of(Scope.READ),
      "writer", Set.of(Scope.READ, Scope.WRITE),
      "keeper", Set.of(Scope.READ, Scope.ADMIN));

  private final EmbeddedPostgres postgres;
  private final Path folder;
  private final HttpClient client;
  private final List<ServerProcess> started = new ArrayList<>();

  private GuardedNodes(EmbeddedPostgres postgres, Path folder) throws IOException {
    this.postgres = postgres;
    this.folder = folder;
    Path script = SourceTree.root().resolve("examples/tls/make-certificates");
    String hosts = "127.0.0.1,localhost";
    if (!Command.succeeds(script.toString(), folder.toString(), "foo=" + hosts, "bar=" + hosts)) {
      throw new IllegalStateException(script + " does not work; it needs bash and openssl");
    }
    List<String> lines = new ArrayList<>();
    SCOPES.forEach(
        (name, scopes) -> lines.add(Token.of(name, scopes, token(name)).line()));
    Files.write(folder.resolve("tokens"), lines);
    client = HttpClient.newBuilder()
        .sslContext(TlsFiles.trusting(folder.resolve("ca.pem")))
        .build();
  }

  static GuardedNodes start(Path folder) throws IOException {
    EmbeddedPostgres postgres = Postgres.start();
    GuardedNodes nodes = new GuardedNodes(postgres, folder);
    try {
      nodes.launch("foo", nodes.guarded("foo"));
      nodes.launch("bar", nodes.guarded("bar"));
      await().atMost(LONGEST_START).until(() -> nodes.started.stream().allMatch(nodes::ready));
      return nodes;
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  static String token(String name) {
    return TOKENS.getOrDefault(name, "");
  }

  private String[] guarded(String name) {
    String certificate = folder.resolve(name + ".pem").toString();
    String key = folder.resolve(name + "-key.pem").toString();
    return new String[] {
      "--set", "node.tls.certificate=" + certificate,
      "--set", "node.tls.key=" + key,
      "--set", "node.tls.ca=" + folder.resolve("ca.pem"),
      "--set", "http.tls.certificate=" + certificate,
      "--set", "http.tls.key=" + key,
      "--set", "http.tokens=" + folder.resolve("tokens"),
      "--set", "lease-ttl=20s", // that one may be declared dead is the matter of other tests
      "--verbose"
    };
  }

  private ServerProcess launch(String name, String... more) {
    String url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    ServerProcess node = new ServerProcess(name, url, "postgres", folder, more);
    started.add(node);
    node.launch();
    return node;
  }

  /** Starts a node that has the database, and no certificate. */
  ServerProcess stranger() {
    return launch("baz");
  }

  ServerProcess foo() {
    return started.get(0);
  }

  ServerProcess bar() {
    return started.get(1);
  }

  static String url(ServerProcess node) {
    return "https://127.0.0.1:" + node.port();
  }

  private boolean ready(ServerProcess node) {
    try {
      return ask(node, HttpRequest.newBuilder().GET(), "/readyz", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks a node, with the token of that name if there is one. */
  HttpResponse<String> ask(
      ServerProcess node, HttpRequest.Builder request, String path, String token)
      throws IOException {
    request.uri(URI.create(url(node) + path)).timeout(Duration.ofSeconds(10));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token(token));
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    started.forEach(ServerProcess::close);
    try {
      postgres.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
