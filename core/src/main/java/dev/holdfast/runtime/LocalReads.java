package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
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
  private static final long ANY_AGE = Long.MAX_VALUE;

  /**
   * The life whose entities are read.
   *
   * @param live what lives here, by type and id
   */
  record Here(
      Map<String, Map<String, LiveEntity>> live, LeaseGuard lease, Supplier<Engine> engine) {
    private @Nullable LiveEntity find(String type, String id) {
      Map<String, LiveEntity> entities = live.get(type);
      return entities == null ? null : entities.get(id);
    }
  }

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
   * The entity, as fresh as wanted; null if that takes a question to somebody else.
   *
   * @throws NotDone.NotFound if it lives here as one that does not exist
   */
  @Nullable Entity<?> get(String type, String id, Read read) {
    if (read instanceof Read.Confirmed) {
      return null;
    }
    if (read instanceof Read.Linearizable) {
      return get(type, id);
    }
    long grace = read instanceof Read.AtMostStale stale ? stale.by().toNanos() : ANY_AGE;
    return get(type, id, grace);
  }

  /**
   * The value was the newest as long as claim and lease lasted. A claim that is given up may belong
   * to another at once, whereas a lease says when it ended.
   */
  private @Nullable Entity<?> get(String type, String id, long graceNanos) {
    Here place = here;
    LiveEntity entity = place == null ? null : place.find(type, id);
    if (place == null || entity == null) {
      return null;
    }
    Entity<?> shown = entity.shown();
    boolean fresh = entity.claim().held() && place.lease.validWithin(graceNanos);
    return fresh || graceNanos == ANY_AGE ? existing(place, entity, shown, type, id) : null;
  }

  /**
   * The entity; null if it does not live here, or this node may not answer for it now.
   *
   * @throws NotDone.NotFound if it lives here as one that does not exist
   */
  @Nullable Entity<?> get(String type, String id) {
    Here place = here;
    LiveEntity entity = place == null ? null : place.find(type, id);
    if (place == null || entity == null) {
      return null;
    }
    Entity<?> shown = entity.shown();
    if (!entity.claim().held() || !place.lease.valid()) {
      return null;
    }
    return existing(place, entity, shown, type, id);
  }

  private Entity<?> existing(
      Here place, LiveEntity entity, @Nullable Entity<?> shown, String type, String id) {
    if (entity.touch(ticker.nanos(), touchNanos)) {
      place.engine.get().touch(new EntityKey(type, id));
    }
    if (shown == null) {
      throw new NotDone.NotFound(type + "/" + id + " does not exist");
    }
    return shown;
  }
}
