package dev.holdfast.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link ShardClaim} is at.
 *
 * <pre>
 * Free     → Taking    asked to take
 *          → Giving    the row says that the claim is ours, and somebody wants it: a stray
 * Taking   → Held      taken
 *          → Free      not to be had, for longer than {@link ShardClaim#PATIENCE_NANOS} or while
 *                      something else was asked for after it
 * Held     → Raising   a barrier was asked for
 *          → Draining  asked to give, or to take anew
 *          → Free      the row says that it is gone
 * Raising  → Held      raised, or not
 *          → Free      the row says that it is gone
 * Draining → Giving    the last write has come back, and no copy is left
 *          → Free      the row says that it is gone
 * Giving   → Free      the row says that it is not ours
 * any      → Dead      this epoch is
 * </pre>
 */
public sealed interface ClaimState {
  /** The number of the hold; 0 if there is none. */
  default long hold() {
    return 0;
  }

  /** The token it is held under; 0 if it is not. */
  default long token() {
    return 0;
  }

  /** Who waits for it to be given back; null if nobody does. */
  default @Nullable Long giver() {
    return null;
  }

  /** Nothing is held, nothing is asked for. */
  record Free() implements ClaimState {}

  /** Asking for it, until {@code untilNanos} at least. */
  record Taking(long ticket, long untilNanos) implements ClaimState {}

  /** Held under that token. */
  record Held(long hold, long token) implements ClaimState {}

  /** Held, while its token is being raised. */
  record Raising(long hold, long token) implements ClaimState {}

  /** Held in the database only: writes in flight and copies are waited for. */
  record Draining(@Nullable Long giver, long hold, long token) implements ClaimState {}

  /** Being given back. */
  record Giving(@Nullable Long giver, long token) implements ClaimState {}

  /** This epoch may never hold anything again. */
  record Dead() implements ClaimState {}
}
