package dev.holdfast.runtime;

import dev.holdfast.Entity;
import org.jspecify.annotations.Nullable;

/**
 * What local readers see of an entity that lives here. Written by the entity's worker, read by
 * anyone: first {@link #shown}, then the claim and the lease. In that order a value that passes was
 * the newest at the moment of the check, which lies within the call.
 */
final class LiveEntity {
  private final Claim claim;
  private volatile @Nullable Entity<?> shown;
  private long touchedNanos;

  LiveEntity(Claim claim, @Nullable Entity<?> shown, long nowNanos) {
    this.claim = claim;
    this.shown = shown;
    this.touchedNanos = nowNanos;
  }

  /** The entity; null if it does not exist. */
  @Nullable Entity<?> shown() {
    return shown;
  }

  void show(@Nullable Entity<?> entity) {
    shown = entity;
  }

  Claim claim() {
    return claim;
  }

  /** Whether the engine should be told of a use; true once an interval, races being harmless. */
  boolean touch(long nowNanos, long intervalNanos) {
    boolean due = nowNanos - touchedNanos > intervalNanos;
    if (due) {
      touchedNanos = nowNanos;
    }
    return due;
  }
}
