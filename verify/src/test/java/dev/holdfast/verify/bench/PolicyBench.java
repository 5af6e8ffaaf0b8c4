package dev.holdfast.verify.bench;

import dev.holdfast.verify.Postgres;
import dev.holdfast.verify.ServerProcess;
import dev.holdfast.verify.bench.Clients.Result;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * What becomes of reads and writes when they come in other proportions: with the policy that
 * decides who gets a copy, without copies, and with a copy for everybody. Each in a JVM of its own,
 * since the last of them needs another class in the place of the policy's.
 */
final class PolicyBench {
  private static final int CLIENTS = 64;
  private static final int ENTITIES = 1_000;

  /** Reads to one write. */
  private static final List<Double> RATIOS = List.of(0.25, 1.0, 4.0, 10.0, 30.0, 100.0, 1_000.0);

  private static final List<String> MODES = List.of("on", "off", "policy");

  private PolicyBench() {}

  static void run(boolean brief, Path picture) throws IOException, InterruptedException {
    Path classes = Files.createTempDirectory("holdfast-always-grants-");
    int compiled = ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            null,
            null,
            "-d",
            classes.toString(),
            "verify/src/test/always-grants/dev/holdfast/protocol/GrantPolicy.java");
    if (compiled != 0) {
      throw new IOException("the stand-in for the policy does not compile");
    }
    NavigableMap<String, NavigableMap<Double, Numbers>> calls = new TreeMap<>();
    System.out.printf("%n%d clients, %,d entities, all alike:%n", CLIENTS, ENTITIES);
    System.out.println("| copies | reads to a write | reads per second | writes per second |"
        + " from copies | median read | median write |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String mode : MODES) {
      calls.put(mode, measure(mode, classes, brief));
    }
    Files.createDirectories(picture.toAbsolutePath().getParent());
    Files.writeString(picture, PolicyPicture.of(calls));
    System.out.println("written: " + picture);
  }

  /** Passes on what the other JVM prints, up to the calls per second of each ratio. */
  private static NavigableMap<Double, Numbers> measure(String mode, Path classes, boolean brief)
      throws IOException, InterruptedException {
    String path = System.getProperty("java.class.path");
    Process process = new ProcessBuilder(
            ServerProcess.java(),
            "-Xmx2g",
            "-cp",
            mode.equals("on") ? classes + ":" + path : path,
            Bench.class.getName(),
            "policy-mode",
            mode,
            brief ? "--brief" : "--full")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    NavigableMap<Double, Numbers> calls = new TreeMap<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("|")) {
          System.out.println(line);
        } else if (line.startsWith("calls ")) {
          List<Double> numbers =
              Stream.of(line.split(" ")).skip(1).map(Double::valueOf).toList();
          calls.put(numbers.get(0), new Numbers(numbers.subList(1, numbers.size())));
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IOException("the run with copies " + mode + " failed");
    }
    return calls;
  }

  /** What the other JVM does. */
  static void runMode(String mode, boolean brief)
      throws IOException, SQLException, InterruptedException {
    long counted = TimeUnit.MILLISECONDS.toNanos(brief ? 1_000 : 3_000);
    try (EmbeddedPostgres postgres = Postgres.start();
        Nodes nodes =
            CopyBench.nodes(postgres, "policy", mode.equals("off") ? 0 : CopyBench.COPIES);
        Clients clients =
            new Clients(nodes, Nodes.ids(ENTITIES), Clients.uniform(ENTITIES), CLIENTS)) {
      clients.run(0.5, CopyBench.COMPILED_NANOS, counted);
      clients.run(0.05, 3 * counted, counted);
      for (double ratio : RATIOS) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          results.add(clients.run(1 / (1 + ratio), counted / 2, counted));
        }
        print(mode, ratio, results);
      }
    }
  }

  private static void print(String mode, double ratio, List<Result> results) {
    System.out.printf(
        "| %s | %s | %s | %s | %s %% | %s us | %s us |%n",
        mode,
        Numbers.text(ratio),
        new Numbers(results.stream().map(Result::reads).toList()).spread(1),
        new Numbers(results.stream().map(Result::writes).toList()).spread(1),
        new Numbers(results.stream().map(Result::copied).toList()).spread(0.01),
        Numbers.text(new Numbers(results.stream().map(Result::readNanos).toList()).median() / 1e3),
        Numbers.text(
            new Numbers(results.stream().map(Result::writeNanos).toList()).median() / 1e3));
    StringBuilder calls = new StringBuilder("calls " + ratio);
    results.forEach(result -> calls.append(' ').append(result.calls()));
    System.out.println(calls);
  }
}
