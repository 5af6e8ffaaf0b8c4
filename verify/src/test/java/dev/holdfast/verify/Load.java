package dev.holdfast.verify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that never stop: one for each entity, which writes the numbers 1, 2, 3 … into it and
 * reads it by turns, each time at the next node. Since nobody else writes the entity, it knows at
 * any moment what a read must not be older than.
 *
 * <p>May be used by several threads.
 */
final class Load implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * What came of the time since {@link #begin}.
   *
   * @param gapMillis for each entity, the longest time in which none of its calls succeeded
   * @param calls how many succeeded
   * @param failures what was answered to those that did not
   * @param violations reads that were too old, and writes that were lost
   */
  record Window(List<Long> gapMillis, int calls, List<String> failures, List<String> violations) {
    long longestGap() {
      return gapMillis.stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, task -> {
    Thread thread = new Thread(task, "load");
    thread.setDaemon(true);
    return thread;
  });
  private final List<Client> clients;
  private final List<URI> targets = new CopyOnWriteArrayList<>();
  private final long pauseMillis;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Load(List<URI> targets, int entities, Duration pause) {
    this.targets.addAll(targets);
    this.pauseMillis = pause.toMillis();
    this.clients =
        IntStream.range(0, entities).mapToObj(i -> new Client("load-" + i, i)).toList();
    clients.forEach(Client::next);
  }

  /** Asks this node nothing any more, and waits for no answer of it. */
  void avoid(URI target) {
    targets.remove(target);
    clients.forEach(client -> client.leave(target));
  }

  /** Asks this node, too. */
  void include(URI target) {
    if (!targets.contains(target)) {
      targets.add(target);
    }
  }

  /** Begins to count anew. */
  void begin() {
    failures.clear();
    long now = System.nanoTime();
    clients.forEach(client -> client.begin(now));
  }

  /** Whether every entity has answered a call that was made after {@code sinceNanos}. */
  boolean allAnsweredSince(long sinceNanos) {
    return clients.stream().allMatch(client -> client.answeredCallFrom - sinceNanos > 0);
  }

  Window window() {
    long now = System.nanoTime();
    List<Long> gaps = clients.stream().map(client -> client.gapMillis(now)).toList();
    int calls = clients.stream().mapToInt(client -> client.calls.get()).sum();
    return new Window(gaps, calls, List.copyOf(failures), List.copyOf(violations));
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
  }

  private record Call(URI target, CompletableFuture<HttpResponse<String>> answer) {}

  /** One entity's client. Its fields are written by one call after the other. */
  private final class Client {
    private final String id;
    private int turn;
    private long written;
    private volatile long floor;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile long answeredCallFrom = System.nanoTime();
    private volatile long lastAnswer = System.nanoTime();
    private volatile long longestGap;
    private volatile @Nullable Call call;

    Client(String id, int turn) {
      this.id = id;
      this.turn = turn;
    }

    void begin(long now) {
      lastAnswer = now;
      longestGap = 0;
      calls.set(0);
    }

    long gapMillis(long now) {
      return TimeUnit.NANOSECONDS.toMillis(Math.max(longestGap, now - lastAnswer));
    }

    void leave(URI target) {
      Call current = call;
      if (current != null && current.target.equals(target)) {
        current.answer.cancel(true);
      }
    }

    void next() {
      turn++;
      boolean write = turn % 2 == 0;
      written += write ? 1 : 0;
      send(write, new LinkedHashSet<>(), System.nanoTime());
    }

    private void send(boolean write, Set<URI> tried, long from) {
      URI target = target(tried);
      if (target == null) {
        failures.add(id + ": no node takes a connection");
        later();
        return;
      }
      tried.add(target);
      HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve("/v1/counter/" + id))
          .timeout(Duration.ofSeconds(15));
      if (write) {
        request
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", id + "-" + written)
            .PUT(BodyPublishers.ofString("{\"n\":" + written + "}"));
      }
      long atLeast = floor;
      CompletableFuture<HttpResponse<String>> answer =
          http.sendAsync(request.build(), BodyHandlers.ofString());
      call = new Call(target, answer);
      if (!targets.contains(target)) {
        answer.cancel(true);
      }
      var unused = answer.whenComplete((response, error) -> {
        Throwable cause = Causes.root(error);
        boolean gone = isGone(cause) || !targets.contains(target);
        if (error != null && gone && !closed) {
          send(write, tried, from); // as a client does whose server is gone, with the same key
        } else if (!closed) {
          ended(write, target, from, atLeast, response, cause);
          later();
        }
      });
    }

    /** A server that leaves may close a connection at the moment when it is used again. */
    private boolean isGone(@Nullable Throwable cause) {
      return cause instanceof IOException && !(cause instanceof HttpTimeoutException);
    }

    private @Nullable URI target(Set<URI> tried) {
      List<URI> left = new ArrayList<>(targets);
      left.removeAll(tried);
      return left.isEmpty() ? null : left.get(Math.floorMod(turn, left.size()));
    }

    private void ended(
        boolean write,
        URI target,
        long from,
        long atLeast,
        @Nullable HttpResponse<String> answer,
        @Nullable Throwable error) {
      if (answer == null || answer.statusCode() / 100 != 2) {
        boolean absent = answer != null && answer.statusCode() == 404 && floor == 0 && !write;
        if (!absent) {
          String what =
              answer == null ? String.valueOf(error) : answer.statusCode() + " " + answer.body();
          failures.add((write ? "write " : "read ") + id + " at " + target.getPort() + ": " + what);
        }
        return;
      }
      JsonNode body = JSON.readTree(answer.body());
      long value = body.path("value").path("n").asLong(-1);
      if (write && value != written) {
        violations.add(id + ": wrote " + written + " and was answered " + value);
      } else if (value < atLeast) {
        violations.add(id + " at " + target.getPort() + ": read " + value + " after " + atLeast
            + " had been acknowledged or read");
      }
      floor = Math.max(floor, value);
      long now = System.nanoTime();
      longestGap = Math.max(longestGap, now - lastAnswer);
      lastAnswer = now;
      answeredCallFrom = from;
      calls.incrementAndGet();
    }

    private void later() {
      if (!closed) {
        var unused = timer.schedule(this::next, pauseMillis, TimeUnit.MILLISECONDS);
      }
    }
  }
}
