package dev.holdfast.verify;

import dev.holdfast.verify.ServerProcess.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Watches one entity all the time. When the stream of a node ends it goes on at the next node, from
 * what it has seen. Revisions must rise, and a revision that was shown must not be newer than what
 * any node then answers.
 */
final class SteadyWatcher {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final String id;
  private final CopyOnWriteArrayList<ServerProcess> nodes;
  private final Set<String> failures = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile long seen = -1;
  private volatile boolean stopped;

  /** @param nodes those to use, which may become more and fewer but never none */
  SteadyWatcher(String id, CopyOnWriteArrayList<ServerProcess> nodes) {
    this.id = id;
    this.nodes = nodes;
  }

  void start() {
    Thread thread = new Thread(this::run, "watcher of " + id);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    for (int turn = 0; !stopped; turn++) {
      Object[] present = nodes.toArray();
      try {
        follow((ServerProcess) present[turn % present.length]);
      } catch (IOException | UncheckedIOException e) {
        Rest.millis(50); // it is not there, or not any more
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow(ServerProcess node) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + node.port() + "/v1/entity/" + id + "/watch");
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (seen >= 0) {
      request.header("Last-Event-ID", Long.toString(seen));
    }
    HttpResponse<Stream<String>> response = HTTP.send(request.build(), BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      Rest.millis(50);
      return;
    }
    streams.incrementAndGet();
    try (Stream<String> lines = response.body()) {
      for (Iterator<String> each = lines.iterator(); !stopped && each.hasNext(); ) {
        String line = each.next();
        if (line.startsWith("id:")) {
          shown(Long.parseLong(line.substring(3)));
        }
      }
    }
  }

  private void shown(long revision) {
    if (revision <= seen) {
      failures.add("revision " + revision + " of " + id + " was shown after " + seen);
    }
    seen = revision;
    for (ServerProcess node : nodes) {
      try {
        Answer answer = node.getAsync(id).join();
        if (answer.status() == 200 && answer.revision() < revision) {
          failures.add("revision " + revision + " of " + id + " was shown before " + node.name()
              + " answered " + answer.body());
        }
      } catch (CompletionException gone) {
        // It has left meanwhile.
      }
    }
  }

  /** The revision that was shown last. */
  long seen() {
    return seen;
  }

  /** How many streams it has followed. */
  int streams() {
    return streams.get();
  }

  Set<String> failures() {
    return failures;
  }

  void stop() {
    stopped = true;
  }
}
