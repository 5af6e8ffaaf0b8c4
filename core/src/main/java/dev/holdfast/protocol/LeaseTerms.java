package dev.holdfast.protocol;

/**
 * How long a node lease lasts, as seen from both ends.
 *
 * <p>The holder counts from before it sent a renewal and stops early; a fencer counts from when it
 * first saw the heartbeat and waits longer. Between the two ends lies twice the drift and twice the
 * margin, so the holder has stopped before anybody may take over, whatever their wall clocks say,
 * as long as the rates of their monotonic clocks differ by no more than the drift.
 *
 * @param ttlNanos the time to live
 * @param driftPerMille by how much clock rates may differ, in thousandths
 * @param marginNanos added on top for what happens between reading the clock and acting
 */
public record LeaseTerms(long ttlNanos, long driftPerMille, long marginNanos) {
  /** Clock rates agree within 2 %; 50 ms for the time between a check and its use. */
  public static LeaseTerms ofTtl(long ttlNanos) {
    return new LeaseTerms(ttlNanos, 20, 50_000_000);
  }

  /** Until when the holder may act, if the renewal it sent at {@code sentNanos} succeeded. */
  public long validUntil(long sentNanos) {
    return sentNanos + ttlNanos / 1000 * (1000 - driftPerMille) - marginNanos;
  }

  /** For how long a heartbeat must have stood still before its node may be fenced. */
  public long silenceNanos() {
    return ttlNanos / 1000 * (1000 + driftPerMille) + marginNanos;
  }
}
