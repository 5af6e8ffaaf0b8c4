package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the heartbeat counters of other nodes and says which of them are to be fenced.
 *
 * <p>A node is silent if its counter was seen unchanged over {@link LeaseTerms#silenceNanos},
 * counted from the receipt of the first of those rows. Only an unbroken series of observations
 * counts: a failed read, a failed renewal of one's own or a long gap between observations starts it
 * anew. Otherwise the first node back after an outage of the database would fence all others.
 *
 * <p>Confined to one thread.
 */
public final class HeartbeatWatch {
  /** What was seen of a node: its epoch and its counter. */
  public record Heartbeat(long epoch, long counter) {}

  private record Seen(long counter, long sinceNanos) {}

  private final LeaseTerms terms;
  private Map<Long, Seen> seen = new HashMap<>();
  private @Nullable Long lastNanos;

  /** A watch that has seen nothing yet. */
  public HeartbeatWatch(LeaseTerms terms) {
    this.terms = terms;
  }

  /**
   * Takes in the counters of all live nodes but oneself, as received at {@code nowNanos}.
   *
   * @return those to be fenced, with the counter they must still have
   */
  public List<Heartbeat> observe(long nowNanos, List<Heartbeat> heartbeats) {
    if (lastNanos != null && nowNanos - lastNanos > terms.ttlNanos() / 2) {
      interrupted();
    }
    lastNanos = nowNanos;
    Map<Long, Seen> next = new HashMap<>();
    List<Heartbeat> silent = new ArrayList<>();
    for (Heartbeat heartbeat : heartbeats) {
      Seen before = seen.get(heartbeat.epoch);
      Seen now = before != null && before.counter == heartbeat.counter
          ? before
          : new Seen(heartbeat.counter, nowNanos);
      next.put(heartbeat.epoch, now);
      if (nowNanos - now.sinceNanos >= terms.silenceNanos()) {
        silent.add(heartbeat);
      }
    }
    seen = next;
    return silent;
  }

  /** A read or a renewal of one's own has failed: what was seen so far proves nothing any more. */
  public void interrupted() {
    seen = new HashMap<>();
  }
}
