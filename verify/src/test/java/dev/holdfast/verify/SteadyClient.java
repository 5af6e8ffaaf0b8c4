package dev.holdfast.verify;

import dev.holdfast.verify.ServerProcess.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one entity and reads it, all the time and through all nodes by turns, each call after the
 * one before was answered. Where nobody listens it goes to the next node, as any client of several
 * servers does; whatever else is not a good answer is a failure. It alone writes its entity, so
 * that the revision tells whether each write happened once.
 */
final class SteadyClient {
  private static final Executor PAUSE =
      CompletableFuture.delayedExecutor(25, TimeUnit.MILLISECONDS);

  private final String id;
  private final CopyOnWriteArrayList<ServerProcess> nodes;
  private final AtomicLong acknowledged = new AtomicLong(-1);
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong longestNanos = new AtomicLong();
  private final Set<String> failures = ConcurrentHashMap.newKeySet();
  private final List<CompletableFuture<Void>> loops = new ArrayList<>();
  private volatile boolean stopped;

  /** @param nodes those to use, which may become more and fewer but never none */
  SteadyClient(String id, CopyOnWriteArrayList<ServerProcess> nodes) {
    this.id = id;
    this.nodes = nodes;
  }

  /** One call to one node. */
  private interface Sending {
    CompletableFuture<Answer> to(ServerProcess node);
  }

  void start() {
    CompletableFuture<Void> writing = new CompletableFuture<>();
    CompletableFuture<Void> reading = new CompletableFuture<>();
    loops.addAll(List.of(writing, reading));
    write(0, writing);
    read(1, reading);
  }

  private void write(int number, CompletableFuture<Void> end) {
    String state = number % 2 == 0 ? "initialized" : "working";
    var unused = call(number, node -> node.setAsync(id, state, id + "-" + number))
        .thenAccept(answer -> {
          if (answer.revision() != number) {
            failures.add("write " + number + " of " + id + " led to " + answer.body());
          }
          acknowledged.set(number);
          again(() -> write(number + 1, end), end);
        });
  }

  private void read(int number, CompletableFuture<Void> end) {
    long before = acknowledged.get();
    if (before < 0) {
      again(() -> read(number, end), end);
      return;
    }
    var unused = call(number, node -> node.getAsync(id)).thenAccept(answer -> {
      if (answer.revision() < before) {
        failures.add("revision " + before + " of " + id + " is lost: " + answer.body());
      }
      again(() -> read(number + 1, end), end);
    });
  }

  private void again(Runnable next, CompletableFuture<Void> end) {
    if (stopped) {
      end.complete(null);
    } else {
      PAUSE.execute(next);
    }
  }

  /** Answers when some node has given a good answer. */
  private CompletableFuture<Answer> call(int number, Sending sending) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    attempt(number, sending, System.nanoTime(), result);
    return result;
  }

  private void attempt(
      int turn, Sending sending, long beganNanos, CompletableFuture<Answer> result) {
    Object[] present = nodes.toArray();
    ServerProcess node = (ServerProcess) present[turn % present.length];
    var unused = sending.to(node).whenComplete((answer, failure) -> {
      if (failure == null && (answer.status() == 200 || answer.status() == 201)) {
        calls.incrementAndGet();
        longestNanos.accumulateAndGet(System.nanoTime() - beganNanos, Math::max);
        result.complete(answer);
        return;
      }
      if (failure == null) {
        failures.add(id + " at " + node.name() + ": " + answer.status() + " " + answer.body());
      } else if (!notHeard(failure.getCause())) {
        failures.add(id + " at " + node.name() + ": " + failure.getCause());
      }
      attempt(turn + 1, sending, beganNanos, result);
    });
  }

  /**
   * Whether no server heard the request. A connection that rests may be closed at the very moment
   * when a request is sent on it; RFC 9110, section 9.2.2, lets a client then send an idempotent
   * one again by itself, as browsers and proxies do.
   */
  private static boolean notHeard(@Nullable Throwable cause) {
    return cause instanceof ConnectException
        || (cause instanceof IOException
            && String.valueOf(cause.getMessage()).contains("received no bytes"));
  }

  /** Ends the loops, and answers the revision of the last write. */
  long stop() {
    stopped = true;
    loops.forEach(CompletableFuture::join);
    return acknowledged.get();
  }

  String id() {
    return id;
  }

  Set<String> failures() {
    return failures;
  }

  /** What the clients saw since they were last asked. */
  static String report(List<SteadyClient> clients) {
    int calls = clients.stream().mapToInt(client -> client.calls.getAndSet(0)).sum();
    List<Long> longest = new ArrayList<>(clients.stream()
        .map(client -> TimeUnit.NANOSECONDS.toMillis(client.longestNanos.getAndSet(0)))
        .toList());
    Collections.sort(longest);
    return "%d calls; longest per entity: p50 %d ms, p90 %d ms, p99 %d ms, max %d ms"
        .formatted(
            calls,
            longest.get(longest.size() / 2),
            longest.get(longest.size() * 90 / 100),
            longest.get(longest.size() * 99 / 100),
            longest.get(longest.size() - 1));
  }
}
