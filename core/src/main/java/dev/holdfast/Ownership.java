package dev.holdfast;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time during which one node owned a shard, by the word of the database. Times are the database's
 * clock; nothing is decided by them.
 *
 * @param shard the shard
 * @param node the name of the node that owned it
 * @param epoch that node's epoch
 * @param token the claim's sequence number when the node took it; it may have risen since
 * @param from when the node took it
 * @param to when that ended; null while it lasts
 * @param ending how it ended
 * @param fencedBy the epoch that declared the node dead; 0 if none did, or one that had no epoch
 *     yet
 * @param refused when the database first refused a write of this node because it owned the shard no
 *     longer; null if it refused none
 */
public record Ownership(
    int shard,
    String node,
    long epoch,
    long token,
    Instant from,
    @Nullable Instant to,
    Ending ending,
    long fencedBy,
    @Nullable Instant refused) {
  /** How a node's time as an owner ends. */
  public enum Ending {
    /** It has not ended. */
    LASTS,
    /** The node gave the shard back in order, and another took it. */
    MOVED,
    /** The node gave the shard back in order, and nobody has taken it yet. */
    RELEASED,
    /** The node left before anybody had taken the shard. */
    LEFT,
    /** The node was declared dead. */
    FENCED,
    /** The same node took the shard again, since the answer to its first take was lost. */
    TAKEN_AGAIN,
    /** The database does not tell; somebody may have changed its tables by hand. */
    UNKNOWN
  }
}
