package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Cluster;
import dev.holdfast.Cluster.Member;
import dev.holdfast.NotDone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class EventRoutesTest extends HttpFixture {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Member foo = Looks.foo(1, "up");
  private long heartbeat;

  @BeforeEach
  void aCluster() {
    look("up", "bar", 2);
  }

  private void look(String stateOfBar, String owner, long epoch) {
    heartbeat++;
    node.look(new Cluster(
        List.of(foo, Looks.bar(heartbeat, stateOfBar)),
        List.of(Looks.shard(0, "foo", 1, 1), Looks.shard(1, owner, epoch, heartbeat))));
  }

  /** What a stream says, line by line. */
  private static final class Listener implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final HttpResponse<Stream<String>> answer;

    Listener(HttpRequest.Builder request) {
      try {
        answer = HTTP.send(request.build(), BodyHandlers.ofLines());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      Thread reading = new Thread(() -> read(answer.body()), "listener");
      reading.setDaemon(true);
      reading.start();
    }

    private void read(Stream<String> body) {
      try {
        body.forEach(lines::add);
      } catch (UncheckedIOException e) {
        lines.add("broke off");
      }
      lines.add("end");
    }

    String awaitLine(String beginning) {
      try {
        for (; ; ) {
          String line = lines.poll(10, TimeUnit.SECONDS);
          if (line == null) {
            throw new AssertionError("no line beginning with " + beginning);
          }
          if (line.startsWith(beginning)) {
            return line.substring(beginning.length()).strip();
          }
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      answer.body().close();
    }
  }

  private Listener listen(String... headers) {
    HttpRequest.Builder request = request("/v1/events").header("Accept", "text/event-stream");
    return new Listener(headers.length == 0 ? request : request.headers(headers));
  }

  private JsonNode list() {
    return json(send(request("/v1/events").header("Accept", "application/json")));
  }

  @Test
  void shardsTellTheirOwnersAndTheNodesTheirLeases() {
    JsonNode body = json(send(request("/v1/shards")));
    assertThat(body.at("/shards/0").toString())
        .isEqualTo("{\"shard\":0,\"state\":\"owned\",\"owner\":\"foo\",\"epoch\":1,\"token\":1,"
            + "\"live\":4}");
    assertThat(body.at("/shards/1/owner").asString()).isEqualTo("bar");
    assertThat(body.at("/shards/1/live").isMissingNode()).isTrue();
    assertThat(body.at("/nodes/0/self").asBoolean()).isTrue();
    assertThat(body.at("/nodes/1/leaseLeftMillis").asInt()).isEqualTo(3_000);
  }

  @Test
  void aShardOfADeadNodeIsOrphanedAndTheDeadAreNotListed() {
    look("fenced", "bar", 2);
    JsonNode body = json(send(request("/v1/shards")));
    assertThat(body.at("/shards/1/state").asString()).isEqualTo("orphaned");
    assertThat(body.at("/nodes")).hasSize(1);
  }

  @Test
  void manyWhoAskShareOneLookAndNobodyLooksWhenNobodyAsks() {
    assertThat(node.looks()).isZero();
    List<Integer> statuses = IntStream.range(0, 50)
        .parallel()
        .mapToObj(i -> send(request("/v1/shards")).statusCode())
        .distinct()
        .toList();
    assertThat(statuses).containsExactly(200);
    assertThat(node.looks()).isLessThan(10);
  }

  @Test
  void aListenerHearsWhatHappensAndAListTellsTheSame() {
    try (Listener listener = listen()) {
      assertThat(listener.awaitLine("data:")).contains("\"resumed\":false");
      await().until(() -> node.looks() > 0);
      look("draining", "foo", 1);
      assertThat(listener.awaitLine("data:")).contains("\"kind\":\"draining\"");
      assertThat(listener.awaitLine("data:")).contains("shard 1 went from bar to foo");
    }
    JsonNode latest = list().at("/events");
    assertThat(latest).hasSize(2);
    assertThat(latest.at("/0/kind").asString()).as("the newest first").isEqualTo("moved");
    assertThat(latest.at("/0/from").asString()).isEqualTo("bar");
  }

  @Test
  void aListenerThatComesBackGoesOnWhereItWas() {
    String seen;
    try (Listener listener = listen()) {
      await().until(() -> node.looks() > 0);
      look("draining", "bar", 2);
      seen = listener.awaitLine("id:");
    }
    look("left", "bar", 2);
    try (Listener again = listen("Last-Event-ID", seen)) {
      assertThat(again.awaitLine("data:")).contains("\"resumed\":true");
      assertThat(again.awaitLine("data:")).contains("\"kind\":\"left\"");
    }
    try (Listener elsewhere = listen("Last-Event-ID", "another-1")) {
      assertThat(elsewhere.awaitLine("data:")).contains("\"resumed\":false");
      assertThat(elsewhere.awaitLine("data:")).contains("\"kind\":\"draining\"");
    }
  }

  @Test
  void aFailureOfTheDatabaseIsAProblemAndAnEvent() {
    node.failNextLook(
        new NotDone.Unavailable("the database does not answer", Duration.ofSeconds(1)));
    assertProblem(send(request("/v1/shards")), 503, "unavailable");
    await()
        .untilAsserted(() -> assertThat(list().at("/events").toString())
            .contains("database-lost")
            .contains("database-back"));
  }

  @Test
  void thereAreOnlySoManyListeners() {
    List<Listener> listeners = new ArrayList<>();
    try {
      for (int i = 0; i < 256; i++) {
        listeners.add(listen());
      }
      assertProblem(
          send(request("/v1/events").header("Accept", "text/event-stream")), 503, "unavailable");
    } finally {
      listeners.forEach(Listener::close);
    }
  }

  @Test
  void aServerThatClosesEndsItsStreams() {
    try (Listener listener = listen()) {
      listener.awaitLine("event:hello");
      api.close();
      listener.awaitLine("end");
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertProblem(send(request("/v1/events?limit=0")), 400, "invalid-request");
    assertProblem(send(request("/v1/events?limit=1001")), 400, "invalid-request");
    assertProblem(send(request("/v1/shards?x=1")), 400, "invalid-request");
    assertProblem(post("/v1/shards", "{}"), 405, "method-not-allowed");
    assertProblem(post("/v1/events", "{}"), 405, "method-not-allowed");
  }
}
