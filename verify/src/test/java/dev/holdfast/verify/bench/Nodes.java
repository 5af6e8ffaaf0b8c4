package dev.holdfast.verify.bench;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Nodes in this JVM, each with an engine of its own: what they say to each other is serialized and
 * goes through TCP. Thread-safe.
 */
final class Nodes implements AutoCloseable {
  /** What is stored. */
  record Counter(long count) {}

  /** Every id exists and begins at 0. */
  static final EntityType<Counter> COUNTERS =
      EntityType.named("counter", Counter.class).startingAs(id -> new Counter(0));

  private static final Call PATIENT = Call.within(Duration.ofMinutes(1));

  private final List<Holdfast> nodes;
  private final List<Entities<Counter>> entities;

  Nodes(int count, UnaryOperator<HoldfastBuilder> settings) {
    this.nodes = IntStream.range(0, count)
        .mapToObj(i -> settings
            .apply(Holdfast.builder()
                .node("node-" + i)
                .serving(COUNTERS)
                .memory(1_000_000, Duration.ofHours(1)))
            .start())
        .toList();
    this.entities =
        nodes.stream().map(node -> node.entities(COUNTERS).with(PATIENT)).toList();
  }

  static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "counter-" + i).toArray(String[]::new);
  }

  int count() {
    return nodes.size();
  }

  String name(int node) {
    return nodes.get(node).node();
  }

  Entities<Counter> at(int node) {
    return entities.get(node);
  }

  AsyncEntities<Counter> async(int node) {
    return entities.get(node).async();
  }

  @Override
  public void close() {
    nodes.forEach(Holdfast::close);
  }
}
