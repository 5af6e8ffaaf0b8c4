package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
import dev.holdfast.runtime.ReadCounts.From;
import dev.holdfast.spi.Ticker;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads of entities that live on this node, or of which it keeps a copy: a look-up in a map and a
 * check of claim and lease, or of session and lease, on the caller's thread. Thread-safe.
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
   * @param copies what others own and is kept here; null before it is registered
   */
  record Here(
      Map<String, Map<String, LiveEntity>> live,
      LeaseGuard lease,
      Uses uses,
      Supplier<@Nullable Copying> copies) {
    private @Nullable LiveEntity find(String type, String id) {
      Map<String, LiveEntity> entities = live.get(type);
      return entities == null ? null : entities.get(id);
    }

    private @Nullable Copy copy(String type, String id) {
      Copying kept = copies.get();
      return kept == null ? null : kept.find(type, id);
    }
  }

  private final Ticker ticker;
  private final ReadCounts counts;
  private final LongAdder owned;
  private final LongAdder copied;
  private volatile @Nullable Here here;

  LocalReads(Ticker ticker, ReadCounts counts) {
    this.ticker = ticker;
    this.counts = counts;
    this.owned = counts.of(From.OWNER, Read.linearizable());
    this.copied = counts.of(From.COPY, Read.linearizable());
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
    return get(type, id, grace, read);
  }

  /**
   * The value was the newest as long as claim and lease lasted. A claim that is given up may belong
   * to another at once, whereas a lease says when it ended, and so does a copy's session.
   */
  private @Nullable Entity<?> get(String type, String id, long graceNanos, Read read) {
    Here place = here;
    if (place == null) {
      return null;
    }
    LiveEntity entity = place.find(type, id);
    if (entity == null) {
      return copied(place.copy(type, id), graceNanos, read);
    }
    Entity<?> shown = entity.shown();
    boolean fresh = entity.claim().held() && place.lease.validWithin(graceNanos);
    if (!fresh && graceNanos != ANY_AGE) {
      return null;
    }
    counts.of(From.OWNER, read).increment();
    return existing(place, entity, shown, type, id, ticker.nanos());
  }

  private @Nullable Entity<?> copied(@Nullable Copy copy, long graceNanos, Read read) {
    if (copy == null) {
      return null;
    }
    Entity<?> kept =
        graceNanos == ANY_AGE ? copy.readAny() : copy.readSince(ticker.nanos() - graceNanos);
    if (kept != null) {
      counts.of(From.COPY, read).increment();
    }
    return kept;
  }

  /**
   * The entity; null if it is not in memory here, or this node may not answer for it now.
   *
   * @throws NotDone.NotFound if it lives here as one that does not exist
   */
  @Nullable Entity<?> get(String type, String id) {
    Here place = here;
    if (place == null) {
      return null;
    }
    LiveEntity entity = place.find(type, id);
    if (entity == null) {
      return copied(place, type, id);
    }
    Entity<?> shown = entity.shown();
    long now = ticker.nanos();
    if (!entity.claim().held() || !place.lease.valid(now)) {
      return null;
    }
    owned.increment();
    return existing(place, entity, shown, type, id, now);
  }

  /** A node that may not answer for what is its own answers for nothing else either. */
  private @Nullable Entity<?> copied(Here place, String type, String id) {
    Copy copy = place.copy(type, id);
    if (copy == null) {
      return null;
    }
    long now = ticker.nanos();
    Entity<?> kept = place.lease.valid(now) ? copy.read(now) : null;
    if (kept != null) {
      copied.increment();
    }
    return kept;
  }

  private Entity<?> existing(
      Here place, LiveEntity entity, Entity<?> shown, String type, String id, long nowNanos) {
    place.uses.count(entity, type, id, nowNanos);
    if (LiveEntity.isAbsent(shown)) {
      throw new NotDone.NotFound(type + "/" + id + " does not exist", shown.revision());
    }
    return shown;
  }
}
