package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads of entities that live on this node: one map look-up and one check of claim and lease, on
 * the caller's thread. Thread-safe.
 *
 * <p>The order is the point: the value is taken first, then it is checked that this node still was
 * its owner. Had the check come first, the node could be paused between the two and answer with a
 * value that another owner has changed since.
 */
final class LocalReads {
  /**
   * The life whose entities are read.
   *
   * @param live what lives here, by type and id
   */
  record Here(
      Map<String, Map<String, LiveEntity>> live, LeaseGuard lease, Supplier<Engine> engine) {}

  private final Ticker ticker;
  private final long touchNanos;
  private volatile @Nullable Here here;

  LocalReads(Ticker ticker, Duration idleTimeout) {
    this.ticker = ticker;
    this.touchNanos = Math.min(TimeUnit.SECONDS.toNanos(1), idleTimeout.toNanos() / 4);
  }

  /** From now on these are read; null if there are none. */
  void from(@Nullable Here place) {
    here = place;
  }

  /**
   * The entity; null if it does not live here, or this node may not answer for it now.
   *
   * @throws NotDone.NotFound if it lives here as one that does not exist
   */
  @Nullable Entity<?> get(String type, String id) {
    Here place = here;
    Map<String, LiveEntity> entities = place == null ? null : place.live.get(type);
    LiveEntity entity = entities == null ? null : entities.get(id);
    if (place == null || entity == null) {
      return null;
    }
    Entity<?> shown = entity.shown();
    if (!entity.claim().held() || !place.lease.valid()) {
      return null;
    }
    if (entity.touch(ticker.nanos(), touchNanos)) {
      place.engine.get().touch(new EntityKey(type, id));
    }
    if (shown == null) {
      throw new NotDone.NotFound(type + "/" + id + " does not exist");
    }
    return shown;
  }
}
