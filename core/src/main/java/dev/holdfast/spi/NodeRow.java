package dev.holdfast.spi;

import java.time.Duration;
import java.util.Set;

/**
 * A node's row.
 *
 * @param epoch a number that is never used again
 * @param uuid tells two nodes apart that got the same epoch from a database that lost its latest
 *     rows
 * @param name the name; at most one live row has it
 * @param address the engine's address; a crashed node's row may have it too, until it is fenced
 * @param http the URL of its HTTP API; empty if it has none
 * @param heartbeat a counter that only its owner raises
 * @param member whether it has joined the cluster of the present incarnation
 * @param unreachable epochs it cannot reach
 * @param leaseTtl the time to live of its lease, to the millisecond
 */
public record NodeRow(
    long epoch,
    String uuid,
    String name,
    String address,
    String http,
    State state,
    long heartbeat,
    boolean member,
    Set<Long> unreachable,
    Duration leaseTtl) {
  /**
   * Where a node is in its life. It only ever moves down this list, except that draining is
   * skippable.
   */
  public enum State {
    /** Alive. */
    UP,
    /** Handing its shards over. */
    DRAINING,
    /** Told to go by the others; it cannot renew its lease. */
    EVICTING,
    /** Gone by its own will. */
    LEFT,
    /** Declared dead. */
    FENCED;

    /** Whether the node may own shards. */
    public boolean live() {
      return this != LEFT && this != FENCED;
    }
  }
}
