package dev.holdfast.verify.bench;

import dev.holdfast.Entity;
import dev.holdfast.verify.Postgres;
import dev.holdfast.verify.bench.Clients.Result;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What copies bring and what they cost: three nodes in one JVM, which talk over TCP, on a
 * PostgreSQL that syncs. In one JVM, because then whatever is compared runs on code that was
 * compiled alike, and because the machine need not hold three heaps.
 */
final class CopyBench implements AutoCloseable {
  static final long COPIES = 64 << 20;
  private static final int UNDER_WAY = 64;
  private static final int ENTITIES = 100_000;
  private static final int TOGETHER = 32;
  private static final int BATCHES = 60;

  /** As long as the JVM compiles much of what a write takes. */
  static final long COMPILED_NANOS = TimeUnit.SECONDS.toNanos(40);

  private final int repetitions;
  private final long countedNanos;
  private final String[] ids = Nodes.ids(ENTITIES);
  private final Nodes with;
  private final Nodes without;

  private CopyBench(EmbeddedPostgres postgres, boolean brief) throws SQLException {
    this.repetitions = brief ? 3 : 5;
    this.countedNanos = TimeUnit.SECONDS.toNanos(brief ? 2 : 8);
    this.with = nodes(postgres, "copies", COPIES);
    this.without = nodes(postgres, "none", 0);
  }

  static void run(boolean brief) throws IOException, SQLException, InterruptedException {
    try (EmbeddedPostgres postgres = Postgres.start()) {
      printMachine(postgres);
      try (CopyBench bench = new CopyBench(postgres, brief)) {
        List<String> owned = bench.load();
        bench.compile();
        bench.writes(owned);
        bench.mixed();
      }
    }
  }

  static void printMachine(EmbeddedPostgres postgres) throws SQLException {
    List<String> settings = new ArrayList<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String name : List.of(
          "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")) {
        try (ResultSet row = statement.executeQuery("SHOW " + name)) {
          row.next();
          settings.add(name + " " + row.getString(1));
        }
      }
    }
    System.out.printf(
        "machine: %d cores, %s %s, heap %d MiB; PostgreSQL on the same machine: %s%n",
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        Runtime.version(),
        Runtime.getRuntime().maxMemory() >> 20,
        String.join(", ", settings));
  }

  static Nodes nodes(EmbeddedPostgres postgres, String database, long copies) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
    String url = "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database;
    return new Nodes(3, node -> node.database(url).credentials("postgres", "").copies(copies));
  }

  /** Has all entities in their owners' memory, and answers which of them the second node owns. */
  private List<String> load() {
    List<String> owned = Collections.synchronizedList(new ArrayList<>());
    for (Nodes nodes : List.of(with, without)) {
      Together.call(
          ids.length,
          UNDER_WAY,
          i -> nodes.async(1).get(ids[i]).thenAccept(entity -> {
            if (nodes == with && entity.owner().equals(nodes.name(1))) {
              owned.add(entity.id());
            }
          }));
    }
    Collections.shuffle(owned, new Random(1));
    System.out.printf(
        "%,d entities, of which the second of three nodes owns %,d%n", ids.length, owned.size());
    return owned;
  }

  /** Works until the JVM compiles little of it. */
  private void compile() throws InterruptedException {
    for (Nodes nodes : List.of(with, without)) {
      try (Clients clients = new Clients(nodes, ids, Clients.uniform(ENTITIES), UNDER_WAY)) {
        clients.run(0.5, COMPILED_NANOS, 1);
      }
    }
  }

  // ---- a write

  private void writes(List<String> owned) {
    writes(owned, 1);
    writes(owned, TOGETHER);
  }

  /** At its owner, to entities of which so many other nodes have copies. */
  private void writes(List<String> owned, int together) {
    Map<String, List<Double>> medians = new TreeMap<>();
    Random random = new Random(1);
    for (int i = -1; i < repetitions; i++) {
      Map<String, List<Long>> nanos = new LinkedHashMap<>();
      for (int batch = 0; batch < BATCHES; batch++) {
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        Collections.shuffle(order, random);
        for (int copies : order) {
          int from = random.nextInt(owned.size() - together);
          List<String> ids = owned.subList(from, from + together);
          write(with, ids); // revokes what there is
          copy(with, ids, copies);
          Arrays.stream(write(with, ids))
              .forEach(nanos.computeIfAbsent(
                  copies + " nodes have copies", unused -> new ArrayList<>())::add);
        }
      }
      if (i >= 0) {
        nanos.forEach((what, all) -> medians
            .computeIfAbsent(what, unused -> new ArrayList<>())
            .add(Numbers.median(all.stream().mapToLong(Long::longValue).toArray())));
      }
    }
    System.out.printf("%nA write at its owner, %d together:%n", together);
    System.out.println("| | median | to no copies |");
    System.out.println("|---|---|---|");
    double base =
        Numbers.of(medians.getOrDefault("0 nodes have copies", List.of())).median();
    medians.forEach((what, all) -> System.out.printf(
        "| %s | %s us | %s |%n",
        what, Numbers.of(all).spread(1e3), Numbers.text(Numbers.of(all).median() / base)));
  }

  private static long[] write(Nodes nodes, List<String> ids) {
    return Together.call(
        ids.size(), ids.size(), i -> nodes.async(1).set(ids.get(i), new Nodes.Counter(i)));
  }

  /** Has that many other nodes read until they have copies, and then often enough to go on. */
  private static void copy(Nodes nodes, List<String> ids, int copies) {
    for (int node : List.of(0, 2).subList(0, copies)) {
      for (String id : ids) {
        while (nodes.at(node).get(id).source() != Entity.Source.COPY) {
          Thread.onSpinWait();
        }
        nodes.at(node).get(id);
        nodes.at(node).get(id);
      }
    }
  }

  // ---- reads and writes

  private void mixed() throws InterruptedException {
    int[] choices = Clients.zipfian(ENTITIES);
    List<String> shuffled = new ArrayList<>(Arrays.asList(ids));
    Collections.shuffle(shuffled, new Random(2));
    String[] ranked = shuffled.toArray(String[]::new);
    try (Clients readers = new Clients(with, ranked, choices, UNDER_WAY);
        Clients askers = new Clients(without, ranked, choices, UNDER_WAY)) {
      for (double writes : List.of(0.05, 0.01, 0.0)) {
        List<Result> on = new ArrayList<>();
        List<Result> off = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
          long warm = i == 0 ? 2 * countedNanos : countedNanos / 2;
          on.add(readers.run(writes, warm, countedNanos));
          off.add(askers.run(writes, warm, countedNanos));
        }
        print(writes, on, off);
      }
    }
  }

  private static void print(double writes, List<Result> on, List<Result> off) {
    System.out.printf(
        "%n%.0f %% writes, zipfian over %,d entities, %d clients at random nodes:%n",
        100 * writes, ENTITIES, UNDER_WAY);
    System.out.println("| | calls per second | median read | median write | from copies |");
    System.out.println("|---|---|---|---|---|");
    print("copies", on);
    print("copies off", off);
    System.out.printf(
        "ratio of calls %s%n", Numbers.text(calls(on).median() / calls(off).median()));
  }

  private static Numbers calls(List<Result> results) {
    return new Numbers(results.stream().map(Result::calls).toList());
  }

  private static void print(String what, List<Result> results) {
    System.out.printf(
        "| %s | %s | %s us | %s us | %s %% |%n",
        what,
        calls(results).spread(1),
        new Numbers(results.stream().map(Result::readNanos).toList()).spread(1e3),
        new Numbers(results.stream().map(Result::writeNanos).toList()).spread(1e3),
        new Numbers(results.stream().map(Result::copied).toList()).spread(0.01));
  }

  @Override
  public void close() {
    Stream.of(with, without).forEach(Nodes::close);
  }
}
