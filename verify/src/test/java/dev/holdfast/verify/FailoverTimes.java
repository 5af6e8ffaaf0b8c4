package dev.holdfast.verify;

import dev.holdfast.verify.ServerProcess.Answer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures how long after a {@code kill -9} of one of two servers the other has answered a write to
 * each of 32 entities, asked at the moment of the kill; the older node, which runs the coordinator,
 * and the younger one by turns. A program of its own: {@code FailoverTimes [runs]}.
 */
final class FailoverTimes {
  private static final int ENTITIES = 32;

  private FailoverTimes() {}

  /** Prints a table for both databases. */
  public static void main(String[] args) throws IOException {
    int runs = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    Path folder = Files.createTempDirectory("holdfast-failover");
    measure("embedded", "jdbc:sqlite:" + folder.resolve("holdfast.db"), "", folder, runs);
    try (EmbeddedPostgres postgres = Postgres.start()) {
      String url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
      measure("postgresql", url, "postgres", folder, runs);
    }
  }

  private static void measure(String what, String url, String user, Path folder, int runs) {
    List<Long> older = new ArrayList<>();
    List<Long> younger = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    try (ServerProcess foo = new ServerProcess("foo", url, user, folder);
        ServerProcess bar = new ServerProcess("bar", url, user, folder)) {
      foo.start();
      starts.add(timedStart(bar));
      ServerProcess oldest = foo;
      for (int run = 0; run < runs; run++) {
        ServerProcess other = oldest == foo ? bar : foo;
        boolean killOldest = run % 2 == 0;
        ServerProcess victim = killOldest ? oldest : other;
        ServerProcess survivor = killOldest ? other : oldest;
        long millis = failover(victim, survivor, run);
        (killOldest ? older : younger).add(millis);
        System.out.println(
            what + " run " + run + " killed " + victim.name() + ": " + millis + " ms");
        starts.add(timedStart(victim));
        oldest = survivor;
      }
    }
    print(what + ", older node killed", older);
    print(what + ", younger node killed", younger);
    print(what + ", start of a second node until it serves", starts);
  }

  private static long timedStart(ServerProcess node) {
    long began = System.nanoTime();
    node.start();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  private static long failover(ServerProcess victim, ServerProcess survivor, int run) {
    List<String> ids =
        IntStream.range(0, ENTITIES).mapToObj(i -> "failover-" + i).toList();
    ids.forEach(id -> survivor.set(id, "initialized"));
    victim.kill();
    long killed = System.nanoTime();
    List<CompletableFuture<Answer>> answers =
        ids.stream().map(id -> survivor.setAsync(id, "working")).toList();
    for (CompletableFuture<Answer> answer : answers) {
      if (answer.join().status() != 200) {
        throw new IllegalStateException("run " + run + ": " + answer.join().body());
      }
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
  }

  private static void print(String what, List<Long> millis) {
    Collections.sort(millis);
    System.out.printf(
        "%s: %d runs, median %d ms, max %d ms%n",
        what, millis.size(), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
  }
}
