package dev.holdfast.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One take of a shard's claim, and what is known of its end. Times are the database's, and for
 * people only.
 *
 * @param token the claim's token after it
 * @param epoch who took it
 * @param node that node's name
 * @param released when the node gave the claim back; null if it did not
 * @param refused when a write of the node was first refused because it no longer owned the shard;
 *     null if none was
 * @param state the state of the node's row; null if there is no such row any more
 * @param over when the node left or was fenced; null if it is live
 * @param fencedBy the epoch that fenced it; 0 if none did, or one that had no epoch yet
 */
public record HistoryRow(
    int shard,
    long token,
    long epoch,
    String node,
    Instant taken,
    @Nullable Instant released,
    @Nullable Instant refused,
    NodeRow.@Nullable State state,
    @Nullable Instant over,
    long fencedBy) {}
