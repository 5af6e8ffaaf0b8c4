package dev.holdfast.runtime;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells the engine of uses of entities that it does not see, reads from memory. Not of each, but
 * often enough that none in use is taken for idle. Thread-safe.
 */
final class Uses {
  /** How much sooner than told an entity may count as idle. */
  private static final int PER_TIMEOUT = 8;

  /** The engine forgets the least recently used first, and knows that with this precision. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final long intervalNanos;
  private final Supplier<Engine> engine;

  Uses(Duration idleTimeout, Supplier<Engine> engine) {
    this.intervalNanos = Math.min(MOST_NANOS, idleTimeout.toNanos() / PER_TIMEOUT);
    this.engine = engine;
  }

  /** The entity was used. */
  void count(LiveEntity entity, String type, String id, long nowNanos) {
    if (entity.touch(nowNanos, intervalNanos)) {
      engine.get().touch(new EntityKey(type, id));
    }
  }
}
