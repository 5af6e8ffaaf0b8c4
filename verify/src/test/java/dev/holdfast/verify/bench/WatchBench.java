package dev.holdfast.verify.bench;

import dev.holdfast.verify.Rest;
import dev.holdfast.verify.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * What many watches cost: two nodes as processes of their own on the embedded database, streams of
 * events at one of them, changes at the other.
 */
final class WatchBench {
  private static final int ENTITIES = 100;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int streams;
  private final int repetitions;
  private final ServerProcess writing;
  private final ServerProcess watched;
  private final long[] revisions = new long[ENTITIES];

  private WatchBench(boolean brief, ServerProcess writing, ServerProcess watched) {
    this.streams = brief ? 1_000 : 10_000;
    this.repetitions = brief ? 20 : 100;
    this.writing = writing;
    this.watched = watched;
  }

  static void run(boolean brief) throws IOException {
    Path folder = Files.createTempDirectory("watch-bench");
    try (ServerProcess foo = node("foo", folder);
        ServerProcess bar = node("bar", folder)) {
      foo.launch();
      bar.launch();
      foo.awaitReady();
      bar.awaitReady();
      new WatchBench(brief, foo, bar).measure();
    }
  }

  private static ServerProcess node(String name, Path folder) {
    return ServerProcess.of(
        name,
        folder,
        port -> List.of(
            ServerProcess.java(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.holdfast.server.Main",
            "node",
            "--name",
            name,
            "--data",
            folder.toString(),
            "--http-port",
            Integer.toString(port),
            "--set", // all clients have one address here
            "http.limits.requests=20000",
            "--set",
            "http.limits.per-second=100000"));
  }

  private void measure() throws IOException {
    for (int i = 0; i < ENTITIES; i++) {
      revisions[i] = set(i).join();
    }
    double before = writesPerSecond();
    long memory = memoryKib();
    try (WatchClients clients = new WatchClients(streams)) {
      long began = System.nanoTime();
      for (int i = 0; i < streams; i++) {
        clients.open(i, watched.port(), id(i % ENTITIES));
      }
      awaitNewest(clients, i -> true);
      System.out.printf(
          "%,d streams at one node, of %d entities: open and told what is after %,d ms, "
              + "%,d KiB each%n",
          streams, ENTITIES, millisSince(began), (memoryKib() - memory) / streams);
      oneChange(clients);
      allChange(clients);
      System.out.printf(
          "changes per second, 32 under way: %,.0f without streams, %,.0f with%n",
          before, writesPerSecond());
      awaitNewest(clients, i -> true);
    }
  }

  /** From when a change was acknowledged to when each of its watchers had it. */
  private void oneChange(WatchClients clients) {
    List<Long> nanos = new ArrayList<>();
    for (int n = 0; n < repetitions; n++) {
      int entity = n % ENTITIES;
      revisions[entity] = set(entity).join();
      long acknowledged = System.nanoTime();
      awaitNewest(clients, i -> i % ENTITIES == entity);
      for (int i = entity; i < streams; i += ENTITIES) {
        nanos.add(clients.atNanos(i) - acknowledged);
      }
      Rest.millis(20);
    }
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        "a change reaches %d streams after its acknowledgement: "
            + "p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        streams / ENTITIES,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        sorted[sorted.length - 1] / 1e6);
  }

  private void allChange(WatchClients clients) {
    long[] millis = new long[5];
    for (int n = 0; n < millis.length; n++) {
      long began = System.nanoTime();
      List<CompletableFuture<Long>> sets = new ArrayList<>();
      for (int i = 0; i < ENTITIES; i++) {
        sets.add(set(i));
      }
      for (int i = 0; i < ENTITIES; i++) {
        revisions[i] = sets.get(i).join();
      }
      awaitNewest(clients, i -> true);
      millis[n] = millisSince(began);
    }
    Arrays.sort(millis);
    System.out.printf(
        "all %d entities change at once, all streams are told: "
            + "median %,d ms from the first request%n",
        ENTITIES, millis[millis.length / 2]);
  }

  private double writesPerSecond() {
    long began = System.nanoTime();
    int writes = 0;
    while (millisSince(began) < 4_000) {
      List<CompletableFuture<Long>> sets = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        sets.add(set(i));
      }
      for (int i = 0; i < 32; i++) {
        revisions[i] = sets.get(i).join();
      }
      writes += 32;
    }
    return writes * 1000.0 / millisSince(began);
  }

  private void awaitNewest(WatchClients clients, IntPredicate which) {
    long began = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      while (which.test(i) && clients.seen(i) < revisions[i % ENTITIES]) {
        if (millisSince(began) > 60_000) {
          throw new IllegalStateException("stream " + i + " was not told the newest in a minute");
        }
        Rest.nanos(100_000);
      }
    }
  }

  private static String id(int entity) {
    return "bench-" + entity;
  }

  /** Sets an entity at the other node; answers its revision. */
  private CompletableFuture<Long> set(int entity) {
    URI uri = URI.create("http://127.0.0.1:" + writing.port() + "/v1/entity/" + id(entity));
    HttpRequest request = HttpRequest.newBuilder(uri)
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString("\"working\""))
        .build();
    return HTTP.sendAsync(request, BodyHandlers.discarding()).thenApply(response -> {
      String tag = response.headers().firstValue("ETag").orElseThrow();
      return Long.parseLong(tag.replace("\"", ""));
    });
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** What the node where streams are takes of memory. */
  private long memoryKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + watched.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
