package dev.holdfast.runtime;

import dev.holdfast.Entity;
import org.jspecify.annotations.Nullable;

/**
 * The copy of an entity that another node owns.
 *
 * <h2>Who reads what in which order</h2>
 *
 * A reader takes the copy, then the time, then looks when the session ends, then whether the copy
 * was revoked. Whoever revokes sets {@code revoked} before the owner is told, and before the
 * session is extended by a message that came with the revocation; all three are volatile.
 *
 * <p>Suppose a change was acknowledged before a read began. Then either the reader's node had
 * acknowledged the revocation, so that the read finds {@code revoked}; or the owner waited for the
 * end of the session as it had been promised at the time. In that case the read finds an end that
 * has passed, or one that came with a later extension. That one was set after {@code revoked}, and
 * so a read that sees it sees {@code revoked}, because it looks there last. In the other order it
 * could find the copy not revoked, be paused, and then find the extended session.
 *
 * <p>A copy that is no longer kept, for whatever reason, is marked as revoked at the latest when it
 * leaves the map: a later revocation would not find it there, while a reader may still hold it.
 */
final class Copy {
  /** How many uses are counted; a line of memory that is written to is slow to share. */
  static final int COUNTED = 4;

  /** The session of a copy; extended by the node's own thread, read by anyone. */
  static final class Session {
    private final long owner;
    private volatile long untilNanos;

    Session(long owner, long nowNanos) {
      this.owner = owner;
      this.untilNanos = nowNanos;
    }

    long owner() {
      return owner;
    }

    void extend(long until) {
      if (until - untilNanos > 0) {
        untilNanos = until;
      }
    }

    /** Not to be used any more, and never extended again. */
    void end(long nowNanos) {
      untilNanos = nowNanos;
    }
  }

  private final Entity<?> entity;
  private final Session session;
  private final long nonce;
  private final int weight;
  private volatile boolean revoked;
  private int uses;

  /**
   * A copy that may be read while the session lasts.
   *
   * @param nonce tells it from other copies of the same entity
   * @param weight its size in memory, in bytes, roughly
   */
  Copy(Entity<?> entity, Session session, long nonce, int weight) {
    this.entity = entity;
    this.session = session;
    this.nonce = nonce;
    this.weight = weight;
  }

  Session session() {
    return session;
  }

  long nonce() {
    return nonce;
  }

  int weight() {
    return weight;
  }

  void revoke() {
    revoked = true;
  }

  /**
   * The entity, if it was the newest at {@code nowNanos}; else null.
   *
   * @param nowNanos read after the copy was taken
   */
  @Nullable Entity<?> read(long nowNanos) {
    boolean lasts = session.untilNanos - nowNanos > 0;
    if (!lasts || revoked) {
      return null;
    }
    if (uses < COUNTED) {
      uses++; // readers may overwrite each other's count: it is a hint
    }
    return entity;
  }

  /** The entity, if it was the newest at some moment since {@code sinceNanos}; else null. */
  @Nullable Entity<?> readSince(long sinceNanos) {
    return session.untilNanos - sinceNanos > 0 && !revoked ? entity : null;
  }

  /** The entity, however old. */
  Entity<?> readAny() {
    return entity;
  }

  /** How often it was read, as far as that was counted. */
  int uses() {
    return uses;
  }
}
