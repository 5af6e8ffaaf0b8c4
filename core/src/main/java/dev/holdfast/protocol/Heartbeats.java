package dev.holdfast.protocol;

import dev.holdfast.spi.NodeRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Since when the heartbeats of nodes have stood still, as far as was seen. A node is silent if that
 * is a third of its {@code lease-ttl}: it may be dead or paused, which is not yet reason to fence
 * it. One that was never seen counts as silent.
 *
 * <p>Confined to one thread.
 */
public final class Heartbeats {
  private record Beat(long counter, long sinceNanos) {}

  private Map<Long, Beat> beats = new HashMap<>();

  /** Nothing was seen yet. */
  public Heartbeats() {}

  /** Takes in the rows as they are at {@code nowNanos}, and forgets all nodes that have none. */
  public void listen(long nowNanos, List<NodeRow> rows) {
    Map<Long, Beat> next = new HashMap<>();
    for (NodeRow row : rows) {
      Beat before = beats.get(row.epoch());
      boolean still = before != null && before.counter == row.heartbeat();
      next.put(row.epoch(), still ? before : new Beat(row.heartbeat(), nowNanos));
    }
    beats = next;
  }

  /** Whether the node of that row is silent. */
  public boolean silent(long nowNanos, NodeRow row) {
    Beat beat = beats.get(row.epoch());
    return beat == null || nowNanos - beat.sinceNanos >= row.leaseTtl().toNanos() / 3;
  }

  /** Rows could not be read: what was seen so far proves nothing any more. */
  void forget() {
    beats = new HashMap<>();
  }
}
