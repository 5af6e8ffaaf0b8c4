package dev.holdfast.verify;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node as its users run it: a process of its own, spoken to over HTTP. May be used by several
 * threads, but started and ended by one.
 */
public final class ServerProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** An answer: its status, its owner if it names one, and its body. */
  record Answer(int status, String owner, String servedBy, JsonNode body) {
    long revision() {
      return body.path("revision").asLong(-1);
    }

    String state() {
      return body.path("value").path("state").asString("");
    }
  }

  private final String name;
  private final List<String> command;
  private final Path log;
  private final int port;
  private @Nullable Process process;

  private ServerProcess(String name, Path folder, IntFunction<List<String>> command) {
    this.name = name;
    this.port = freePort();
    this.log = folder.resolve(name + ".log");
    this.command = command.apply(port);
  }

  /**
   * A node that is not started yet.
   *
   * @param more further options of the command {@code node}
   */
  ServerProcess(String name, String databaseUrl, String user, Path folder, String... more) {
    this(name, folder, port -> command(name, port, databaseUrl, user, more));
  }

  /**
   * Another program that serves the HTTP API of a node, not started yet.
   *
   * @param command makes its command line for the port it is to serve at
   */
  public static ServerProcess of(String name, Path folder, IntFunction<List<String>> command) {
    return new ServerProcess(name, folder, command);
  }

  private static List<String> command(
      String name, int port, String databaseUrl, String user, String... more) {
    List<String> command = new ArrayList<>(List.of(
        java(),
        "-Xmx256m",
        "-jar",
        jar().toString(),
        "node",
        "--name",
        name,
        "--database",
        databaseUrl,
        "--http-port",
        Integer.toString(port)));
    if (!user.isEmpty()) {
      command.addAll(List.of("--user", user));
    }
    command.addAll(List.of(more));
    return command;
  }

  /** The program that runs this one, for others to run on the same. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The server as it was packaged. */
  public static Path jar() {
    Path jar = SourceTree.root().resolve("server/target/holdfast-server.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing; run mvn -B verify from the root");
    }
    return jar;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The node's name. */
  public String name() {
    return name;
  }

  /** Where it serves HTTP, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Starts the process; it may not be ready yet. */
  public void launch() {
    launch(Map.of());
  }

  /** The same, with that much more in its environment. */
  public void launch(Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts the process and waits until it serves. */
  ServerProcess start() {
    launch();
    awaitReady();
    return this;
  }

  /** Waits until it serves, for a minute at most. */
  public void awaitReady() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < until) {
      if (!running().isAlive()) {
        throw new IllegalStateException(name + " ended while it started; " + lastWords());
      }
      try {
        if (status("/readyz") == 200) {
          return;
        }
      } catch (IOException e) {
        pause();
      }
    }
    throw new IllegalStateException(name + " is not ready after a minute; " + lastWords());
  }

  /** Whether it says that it serves, within a second. */
  public boolean ready() {
    try {
      HttpRequest.Builder asked =
          request("/readyz").timeout(Duration.ofSeconds(1)).GET();
      return alive() && send(asked).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private int status(String path) throws IOException {
    return send(request(path).GET()).statusCode();
  }

  private void pause() {
    try {
      if (running().waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(name + " ended while it started; " + lastWords());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the process printed. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "" + e;
    }
  }

  private String lastWords() {
    String log = log();
    return "… " + log.substring(Math.max(0, log.length() - 2_000));
  }

  private Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return running;
  }

  /** Whether the process is there, frozen or not. */
  public boolean alive() {
    return process != null && running().isAlive();
  }

  /** The process's number. */
  public long pid() {
    return running().pid();
  }

  /** {@code kill -9}. */
  public void kill() {
    running().destroyForcibly();
    awaitEnd();
  }

  /** {@code SIGSTOP}, {@code SIGCONT} or the like. */
  public void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM; answers the exit code. */
  public int stop() {
    running().destroy();
    return awaitEnd();
  }

  /** Whether it ends by itself in that time. */
  public boolean ends(Duration within) {
    try {
      return running().waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for the end of a process that has been told to end; answers its exit code. */
  public int awaitEnd() {
    try {
      if (!running().waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not end; " + lastWords());
      }
      return running().exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer get(String id) {
    return answer(request(path(id)).GET());
  }

  CompletableFuture<Answer> getAsync(String id) {
    return HTTP.sendAsync(request(path(id)).GET().build(), BodyHandlers.ofString())
        .thenApply(ServerProcess::answer);
  }

  /** Sets the main field. */
  Answer set(String id, String state) {
    return answer(put(id, state));
  }

  /** Sets the main field under an operation id. */
  Answer set(String id, String state, String operation) {
    return answer(put(id, state).header("Idempotency-Key", operation));
  }

  CompletableFuture<Answer> setAsync(String id, String state) {
    return HTTP.sendAsync(put(id, state).build(), BodyHandlers.ofString())
        .thenApply(ServerProcess::answer);
  }

  /** Sets the main field under an operation id; fails with an IOException if nobody answers. */
  CompletableFuture<Answer> setAsync(String id, String state, String operation) {
    HttpRequest request = put(id, state).header("Idempotency-Key", operation).build();
    return HTTP.sendAsync(request, BodyHandlers.ofString()).thenApply(ServerProcess::answer);
  }

  private HttpRequest.Builder put(String id, String state) {
    return request(path(id))
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString("\"" + state + "\""));
  }

  /** Asks for anything else. */
  Answer ask(String path) {
    return answer(request(path).GET());
  }

  /** Has this node tell {@code other} to leave. */
  Answer drain(ServerProcess other) {
    return answer(request("/v1/nodes/" + other.name + "/drain")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{}")));
  }

  private static String path(String id) {
    return "/v1/entity/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10));
  }

  private static Answer answer(HttpRequest.Builder request) {
    try {
      return answer(send(request));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Holdfast-Owner").orElse(""),
        response.headers().firstValue("Holdfast-Served-By").orElse(""),
        JSON.readTree(response.body().isEmpty() ? "null" : response.body()));
  }

  @Override
  public void close() {
    if (alive()) {
      kill();
    }
  }
}
