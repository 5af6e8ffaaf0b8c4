package dev.holdfast.protocol;

/**
 * How long a session between a reader of copies and their owner lasts, as seen from both ends; as
 * with {@link LeaseTerms}, the reader stops early and the owner waits longer. Within a session
 * copies are good until they are revoked.
 *
 * @param session how long a session lasts that is not renewed: the longest time for which a reader
 *     that has fallen silent can hold up a write
 * @param renewNanos how often a reader renews it
 * @param resendNanos how often an owner repeats what was not acknowledged
 * @param silentNanos how long after its end an owner still remembers a session
 * @param grants the most copies that an owner keeps account of
 */
public record CopyTerms(
    LeaseTerms session, long renewNanos, long resendNanos, long silentNanos, int grants) {
  private static final long MILLI = 1_000_000;
  private static final long SILENT = 10_000 * MILLI;

  /** For nodes on several hosts: 1 s, renewed every 300 ms; clocks as with a node's lease. */
  public static CopyTerms acrossHosts(int grants) {
    return new CopyTerms(LeaseTerms.ofTtl(1_000 * MILLI), 300 * MILLI, 100 * MILLI, SILENT, grants);
  }

  /**
   * For nodes on one host, which share its clock, and where a dead owner's shards are taken over as
   * soon as its last session is over: 100 ms, renewed every 30 ms.
   */
  public static CopyTerms onOneHost(int grants) {
    return new CopyTerms(new LeaseTerms(100 * MILLI, 0, 0), 30 * MILLI, 20 * MILLI, SILENT, grants);
  }

  /** How long copies can be read after their owner has ended, whatever it had promised. */
  public long outlastNanos() {
    return session.silenceNanos();
  }

  /** The terms of a session that lasts for {@code nanos}. */
  LeaseTerms lasting(long nanos) {
    return new LeaseTerms(nanos, session.driftPerMille(), session.marginNanos());
  }
}
