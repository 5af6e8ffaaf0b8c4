package dev.holdfast.protocol;

/**
 * A node's time-bounded right to act as an owner.
 *
 * <p>Legal transitions: {@link Unheld} → {@link Held} → {@link Held} by renewals; {@link Held} →
 * {@link Unheld} when the clock it was counted on proves wrong; any → {@link Dead} when the
 * database says so. A lease that runs out stays {@code Held} with a past end: a later renewal
 * revives it, since nobody took anything in between. Dead is for ever.
 */
public sealed interface NodeLease {
  /** Not yet renewed, or dropped until the next renewal. */
  record Unheld() implements NodeLease {}

  /** Renewed; good until {@code untilNanos}. */
  record Held(long untilNanos) implements NodeLease {}

  /** Fenced, left or unknown to the database: this epoch may never act again. */
  record Dead() implements NodeLease {}

  /** A renewal sent at {@code sentNanos} has succeeded. */
  default NodeLease renewed(LeaseTerms terms, long sentNanos) {
    long until = terms.validUntil(sentNanos);
    if (this instanceof Dead) {
      return this;
    }
    return this instanceof Held held && held.untilNanos - until >= 0 ? this : new Held(until);
  }

  /** The clock stood still: nobody knows when the lease ends. */
  default NodeLease dropped() {
    return this instanceof Dead ? this : new Unheld();
  }

  /** The database says that this epoch is dead. */
  default NodeLease died() {
    return new Dead();
  }

  /** Whether the node may act at {@code nowNanos}. */
  default boolean valid(long nowNanos) {
    return this instanceof Held held && held.untilNanos - nowNanos > 0;
  }

  /** How much of it is left at {@code nowNanos}; 0 if nothing is. */
  default long leftNanos(long nowNanos) {
    return this instanceof Held held ? Math.max(0, held.untilNanos - nowNanos) : 0;
  }
}
