package dev.holdfast.spi;

/**
 * A shard's claim.
 *
 * @param owner the epoch that owns the shard; 0 if nobody does
 * @param token raised at every change of hands, and by {@link Arbiter#barrier}
 * @param wantedBy the epoch that waits for it; 0 if nobody does
 */
public record ClaimRow(int shard, long owner, long token, long wantedBy) {}
