package dev.holdfast.verify;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Two nodes whose consoles have something to show. */
record ConsoleNodes(List<ServerProcess> all) implements AutoCloseable {
  private static final int PLACED = 300;
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  static ConsoleNodes none() {
    return new ConsoleNodes(List.of());
  }

  /** Starts foo and bar on an embedded database in that folder. */
  static ConsoleNodes start(Path folder) {
    ConsoleNodes nodes = new ConsoleNodes(List.of(node("foo", folder), node("bar", folder)));
    try {
      nodes.all().forEach(ServerProcess::launch);
      await()
          .atMost(LONGEST_START)
          .until(() -> nodes.all().stream().allMatch(ServerProcess::ready));
      nodes.fill();
      return nodes;
    } catch (RuntimeException e) {
      nodes.close();
      throw e;
    }
  }

  /** A shard is placed when it is first used. */
  private void fill() {
    foo().set("entity_1", "initialized");
    foo().set("entity_2", "initialized");
    IntStream.range(0, PLACED)
        .forEach(i -> all.get(i % 2).getAsync("placed-" + i).join());
  }

  /** Its lease is a long one: that it may be declared dead is the matter of other tests. */
  private static ServerProcess node(String name, Path folder) {
    String url = "jdbc:sqlite:" + folder.resolve("holdfast.db");
    return new ServerProcess(name, url, "", folder, "--set", "lease-ttl=20s");
  }

  ServerProcess foo() {
    return all.get(0);
  }

  ServerProcess bar() {
    return all.get(1);
  }

  @Override
  public void close() {
    all.forEach(ServerProcess::close);
  }
}
