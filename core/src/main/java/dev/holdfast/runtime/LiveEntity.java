package dev.holdfast.runtime;

import dev.holdfast.Entity;

/**
 * What local readers see of an entity that lives here. Written by the entity's worker, read by
 * anyone: first {@link #shown}, then the claim and the lease. In that order a value that passes was
 * the newest at the moment of the check, which lies within the call.
 */
final class LiveEntity {
  /** The value of an entity that does not exist. */
  private static final Object NONE = new Object();

  private final Claim claim;
  private volatile Entity<?> shown;
  private long touchedNanos;

  LiveEntity(Claim claim, Entity<?> shown, long nowNanos) {
    this.claim = claim;
    this.shown = shown;
    this.touchedNanos = nowNanos;
  }

  /** What is shown of an entity that does not exist. */
  static Entity<?> absent(String type, String id, long revision, String owner) {
    return new Entity<>(type, id, NONE, revision, owner);
  }

  /** Whether what was shown says that the entity does not exist. */
  static boolean isAbsent(Entity<?> shown) {
    return shown.value() == NONE;
  }

  /** The entity, or that it does not exist. */
  Entity<?> shown() {
    return shown;
  }

  void show(Entity<?> entity) {
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
