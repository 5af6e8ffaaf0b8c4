package dev.holdfast.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * One node's meters in a registry, which several nodes may share: each is tagged with the node's
 * name, and taken out of the registry when the node is closed. A tag never is an entity's id: what
 * is kept for each meter must not grow with the entities. Thread-safe.
 */
final class Meters implements AutoCloseable {
  private static final String PREFIX = "holdfast.";

  private final MeterRegistry registry;
  private final Tags node;
  private final Queue<Meter> made = new ConcurrentLinkedQueue<>();

  Meters(MeterRegistry registry, String node) {
    this.registry = registry;
    this.node = Tags.of("node", node);
  }

  Counter counter(String name, String description, String... tags) {
    return kept(Counter.builder(PREFIX + name)
        .description(description)
        .tags(node.and(tags))
        .register(registry));
  }

  /** What {@code count} says, for where a meter of the registry would take too long. */
  void counter(String name, String description, LongAdder count, String... tags) {
    kept(FunctionCounter.builder(PREFIX + name, count, LongAdder::sum)
        .description(description)
        .tags(node.and(tags))
        .register(registry));
  }

  Timer timer(String name, String description, String... tags) {
    return kept(Timer.builder(PREFIX + name)
        .description(description)
        .tags(node.and(tags))
        .register(registry));
  }

  /** A timer that also tells how many took up to each of those times, in milliseconds. */
  Timer histogram(String name, String description, long[] bucketsMillis, String... tags) {
    Duration[] buckets = new Duration[bucketsMillis.length];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = Duration.ofMillis(bucketsMillis[i]);
    }
    return kept(Timer.builder(PREFIX + name)
        .description(description)
        .tags(node.and(tags))
        .serviceLevelObjectives(buckets)
        .register(registry));
  }

  /** Sizes, and how many were up to each of those. */
  DistributionSummary sizes(String name, String description, double... buckets) {
    return kept(DistributionSummary.builder(PREFIX + name)
        .description(description)
        .tags(node)
        .serviceLevelObjectives(buckets)
        .register(registry));
  }

  /** What {@code value} says whenever somebody looks; it must not block. */
  void gauge(String name, String description, DoubleSupplier value, String... tags) {
    kept(Gauge.builder(PREFIX + name, value::getAsDouble)
        .description(description)
        .tags(node.and(tags))
        .register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    made.add(meter);
    return meter;
  }

  /** Takes all of them out of the registry. */
  @Override
  public void close() {
    for (Meter meter = made.poll(); meter != null; meter = made.poll()) {
      registry.remove(meter);
    }
  }
}
