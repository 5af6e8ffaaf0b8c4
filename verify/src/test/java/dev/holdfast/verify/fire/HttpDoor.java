package dev.holdfast.verify.fire;

import dev.holdfast.Entity;
import dev.holdfast.Read;
import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.Told;
import dev.holdfast.verify.Causes;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node's HTTP API. Thread-safe. */
final class HttpDoor implements Door {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OK = 200;
  private static final int CREATED = 201;

  /** For longer than the node waits itself. */
  private static final Duration PATIENCE = Clients.DEADLINE.plusSeconds(3);

  private final String node;
  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  HttpDoor(String node, int port) {
    this.node = node;
    this.base = URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public CompletableFuture<Reply> send(Errand errand) {
    return http.sendAsync(request(errand), BodyHandlers.ofString())
        .handle((answer, failure) ->
            failure == null ? reply(errand, answer) : lost(errand.asked(), failure));
  }

  private HttpRequest request(Errand errand) {
    Asked asked = errand.asked();
    String path = "/v1/" + errand.key().name();
    String query = asked instanceof Asked.Read read ? "?read=" + mode(read.how()) : "";
    String change = asked instanceof Asked.Add
        ? "/changes/add"
        : asked instanceof Asked.Append ? "/changes/append" : "";
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path + change + query))
        .timeout(PATIENCE)
        .header("Holdfast-Timeout", Clients.DEADLINE.toMillis() + "ms");
    if (asked instanceof Asked.Read) {
      return request.build();
    }
    request.header("Idempotency-Key", errand.operation());
    if (asked instanceof Asked.Delete) {
      return request.DELETE().build();
    }
    request.header("Content-Type", "application/json");
    if (asked instanceof Asked.WriteIf write) {
      request.header("If-Match", "\"" + write.expected() + "\"");
    }
    var body = BodyPublishers.ofString(JSON.writeValueAsString(body(asked)));
    return (change.isEmpty() ? request.PUT(body) : request.POST(body)).build();
  }

  private static Map<String, ?> body(Asked asked) {
    if (asked instanceof Asked.Write write) {
      return Map.of("text", write.value());
    } else if (asked instanceof Asked.WriteIf write) {
      return Map.of("text", write.value());
    } else if (asked instanceof Asked.Append append) {
      return Map.of("word", append.element());
    } else if (asked instanceof Asked.Add add) {
      return Map.of("amount", add.amount());
    }
    throw new IllegalArgumentException("" + asked);
  }

  private static String mode(Read how) {
    if (how instanceof Read.AtMostStale stale) {
      return "stale:" + stale.by().toMillis() + "ms";
    }
    return how instanceof Read.Any
        ? "any"
        : how instanceof Read.Confirmed ? "confirmed" : "linearizable";
  }

  private static Reply reply(Errand errand, HttpResponse<String> answer) {
    JsonNode body = JSON.readTree(answer.body());
    if (answer.statusCode() == OK || answer.statusCode() == CREATED) {
      String source = answer.headers().firstValue("Holdfast-Source").orElse("owner");
      String owner = answer.headers().firstValue("Holdfast-Owner").orElse("");
      return new Reply(done(errand, body), true, source.equals("owner") ? owner : "");
    }
    String code = body.path("type").asString("").replaceFirst(".*:", "");
    String reason = code.isEmpty() ? "status " + answer.statusCode() : code;
    if (!body.path("outcome").asString("unknown").equals("not-done")) {
      return Reply.lost(errand.asked(), reason);
    }
    boolean tells = code.equals("revision-mismatch") || code.equals("not-found");
    long at = body.path("currentRevision").asLong(Entity.ABSENT);
    return new Reply(new Told.Refused(reason, tells ? at : Told.UNTOLD), true, "");
  }

  private static Told done(Errand errand, JsonNode body) {
    long revision = body.path("revision").asLong();
    if (errand.asked() instanceof Asked.Append || errand.asked() instanceof Asked.Delete) {
      return new Told.Done(revision, null); // the length alone, or nothing
    }
    return new Told.Done(
        revision,
        errand.asked() instanceof Asked.Add
            ? body.path("reply").asString()
            : errand.key().text(body.path("value")));
  }

  private static Reply lost(Asked asked, Throwable failure) {
    Throwable cause = Objects.requireNonNull(Causes.root(failure));
    String reason = cause.getClass().getSimpleName();
    return refused(cause) ? Reply.unheard(reason) : Reply.lost(asked, reason);
  }

  private static boolean refused(@Nullable Throwable failure) {
    return failure instanceof ConnectException
        || failure instanceof java.net.http.HttpConnectTimeoutException;
  }
}
