package dev.holdfast.server.cli;

import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import dev.holdfast.server.wire.UrlPath;
import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One server's HTTP API, as a client sees it. Thread-safe. */
final class Api {
  /** More than the server's own deadline, so that its answer about the outcome is heard. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** How long a change of unknown outcome is asked about. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private static final long RETRY_MILLIS = 200;

  private final HttpClient http;
  private final URI server;
  private final Credentials credentials;
  private final Ticker ticker;
  private final Duration patience;

  Api(HttpClient http, URI server, Credentials credentials, Ticker ticker, Duration patience) {
    credentials.requireSafe(server);
    this.http = http;
    this.server = server;
    this.credentials = credentials;
    this.ticker = ticker;
    this.patience = patience;
  }

  static HttpClient client(@Nullable SSLContext trust) {
    HttpClient.Builder client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(3));
    return trust == null ? client.build() : client.sslContext(trust).build();
  }

  URI server() {
    return server;
  }

  Answer read(String path) {
    return send(request("GET", path, BodyPublishers.noBody(), Map.of()));
  }

  /**
   * Follows a stream of events, until it is closed or ends.
   *
   * @param lastId the id of the event that was seen last; empty for none
   */
  Events events(String path, String lastId) {
    Map<String, String> headers = lastId.isEmpty()
        ? Map.of("Accept", "text/event-stream")
        : Map.of("Accept", "text/event-stream", Header.LAST_EVENT_ID, lastId);
    HttpRequest request = request("GET", path, BodyPublishers.noBody(), headers);
    return exchange(request, BodyHandlers.ofInputStream(), response -> {
      if (response.statusCode() != 200) {
        String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        throw problem(response.statusCode(), json(response.statusCode(), body));
      }
      return new Events(response.body());
    });
  }

  /**
   * Changes something. While the outcome is unknown it asks again with the same operation id, which
   * the servers see to have its effect once.
   */
  Answer change(String method, String path, String body, Map<String, String> headers) {
    BodyPublisher publisher =
        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest request = request(method, path, publisher, headers);
    try {
      return send(request);
    } catch (CommandFailure failure) {
      if (!failure.outcome().equals(CommandFailure.UNKNOWN) || isForEver(failure)) {
        throw failure;
      }
      return settle(request, withOperation(failure, headers));
    }
  }

  /** Asks again until somebody tells what became of the operation. */
  private Answer settle(HttpRequest request, CommandFailure unknown) {
    long until = ticker.nanos() + SETTLING.toNanos();
    while (ticker.nanos() < until && Pause.millis(RETRY_MILLIS)) {
      try {
        return send(request);
      } catch (CommandFailure failure) {
        if (isDefinite(failure) || isForEver(failure)) {
          throw failure;
        }
      }
    }
    throw unknown;
  }

  private static boolean isDefinite(CommandFailure failure) {
    return failure.outcome().equals(CommandFailure.NOT_DONE)
        && !failure.code().equals("unreachable")
        && !failure.code().equals("unavailable");
  }

  /** Asking again tells nothing more, whatever the outcome was. */
  private static boolean isForEver(CommandFailure failure) {
    return failure.code().equals(FailureKind.OPERATION_TOO_OLD.code());
  }

  private static CommandFailure withOperation(CommandFailure unknown, Map<String, String> headers) {
    return unknown.with(unknown.message() + "; ask again with --operation "
        + headers.getOrDefault(Header.IDEMPOTENCY_KEY, "") + " to be sure");
  }

  private HttpRequest request(
      String method, String path, BodyPublisher body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + path)).timeout(patience).method(method, body);
    headers.forEach(request::header);
    if (!credentials.token().isEmpty()) {
      request.header("Authorization", "Bearer " + credentials.token());
    }
    return request.build();
  }

  private String base() {
    String text = server.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private Answer send(HttpRequest request) {
    long before = ticker.nanos();
    return exchange(
        request, BodyHandlers.ofString(), response -> answer(response, ticker.nanos() - before));
  }

  /** What is made of an answer. */
  private interface Reading<B, T> {
    T of(HttpResponse<B> response) throws IOException;
  }

  private <B, T> T exchange(HttpRequest request, BodyHandler<B> handler, Reading<B, T> reading) {
    try {
      return reading.of(http.send(request, handler));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw CommandFailure.unreachable("cannot reach a server at " + server);
    } catch (SSLHandshakeException e) {
      throw untrusted(e);
    } catch (IOException e) {
      throw lost(request.method());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lost(request.method());
    }
  }

  private CommandFailure untrusted(SSLHandshakeException e) {
    return CommandFailure.unreachable("cannot trust the server at " + server + " (" + e.getMessage()
        + "); name the authority of its certificate with --ca FILE");
  }

  private CommandFailure lost(String method) {
    return method.equals("GET")
        ? CommandFailure.unreachable("the connection to " + server + " broke")
        : CommandFailure.answered(
            "outcome-unknown",
            504,
            "the connection to " + server + " broke, and it may or may not have happened",
            CommandFailure.UNKNOWN);
  }

  private Answer answer(HttpResponse<String> response, long nanos) {
    JsonNode body = json(response.statusCode(), response.body());
    if (response.statusCode() >= 400) {
      throw problem(response.statusCode(), body);
    }
    return new Answer(
        body,
        response.headers().firstValue(Header.OWNER).orElse(""),
        response.headers().firstValue(Header.SERVED_BY).orElse(""),
        response.headers().firstValue(Header.SOURCE).orElse(""),
        nanos);
  }

  private JsonNode json(int status, String body) {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      throw CommandFailure.answered(
          "no-holdfast",
          status,
          "what answers at " + server + " is no Holdfast server (status " + status + ")",
          CommandFailure.NOT_DONE);
    }
  }

  private static CommandFailure problem(int status, JsonNode body) {
    String type = body.path("type").asString("");
    String code = type.substring(Math.max(type.lastIndexOf(':'), type.lastIndexOf('/')) + 1);
    String title = body.path("title").asString("the server answered " + status);
    String detail = body.path("detail").asString(title);
    String outcome = body.path("outcome").asString(CommandFailure.NOT_DONE);
    return CommandFailure.answered(
        code.isEmpty() ? "status-" + status : code, status, detail, outcome);
  }

  /** {@code ?name=value&…} of those that are not empty. */
  static String query(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach((name, value) -> {
      if (!value.isEmpty()) {
        query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
        query.append(UrlPath.encode(value));
      }
    });
    return query.toString();
  }
}
