package dev.holdfast;

import java.time.Duration;
import java.util.Objects;

/**
 * How fresh a read must be, and so what it costs and what it survives. Immutable.
 *
 * <p>{@link #linearizable} and {@link #confirmed} reads of an entity never go back in time, in
 * whatever order they are mixed and on whatever nodes they are made. {@link #atMostStale} and
 * {@link #any} reads may: they may show an older value than a read before them, and, where they ask
 * the database, a committed value a moment before the others do.
 */
public sealed interface Read {
  /** See {@link #linearizable()}. */
  record Linearizable() implements Read {}

  /** See {@link #confirmed()}. */
  record Confirmed() implements Read {}

  /** See {@link #atMostStale(Duration)}. */
  record AtMostStale(Duration by) implements Read {
    private static final Duration LONGEST = Duration.ofHours(24);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is exceeded
     */
    public AtMostStale {
      Objects.requireNonNull(by, "by");
      if (by.isNegative() || by.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("a read is stale by 0 s to 24 h at most, not by " + by);
      }
    }
  }

  /** See {@link #any()}. */
  record Any() implements Read {}

  /**
   * The newest value, from its owner's memory or from a copy that the owner vouches for: no change
   * is acknowledged while an older value can still be read anywhere. Rests on the owner's lease,
   * and so on the assumption that the clocks of nodes run at about the same rate. The default.
   */
  static Read linearizable() {
    return new Linearizable();
  }

  /**
   * The newest value, after the database has confirmed in one statement that the owner is the owner
   * and that its value is the one committed. Needs no assumption about clocks; costs one statement.
   */
  static Read confirmed() {
    return new Confirmed();
  }

  /**
   * A value that was the newest at some moment not longer ago than {@code by}: from this node's
   * memory if it owns the entity, or has a copy, and its right to answer from that ran out no
   * longer ago than {@code by}; else from the database. Never asks another node.
   *
   * @param by 0 s to 24 h
   * @throws IllegalArgumentException if it is not
   */
  static Read atMostStale(Duration by) {
    return new AtMostStale(by);
  }

  /**
   * Any value that was committed once: from this node's memory if the entity or a copy of it is
   * there, however old, else from the database. Never asks another node.
   */
  static Read any() {
    return new Any();
  }
}
