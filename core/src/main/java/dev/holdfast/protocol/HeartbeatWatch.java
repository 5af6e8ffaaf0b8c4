package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches the heartbeat counters of other nodes and says which of them are to be fenced.
 *
 * <p>A node is silent if its counter was seen unchanged over {@link LeaseTerms#silenceNanos} of its
 * own time to live, counted from the receipt of the first of those rows. Only an unbroken series of
 * observations counts: a failed read, a failed renewal of one's own or a long gap between
 * observations starts it anew. Otherwise the first node back after an outage of the database would
 * fence all others.
 *
 * <p>A database that is slow for some of its clients makes nodes look silent that are well. So at
 * most one silent node is fenced per time to live, unless the engine cannot reach it either: two
 * witnesses are enough.
 *
 * <p>Confined to one thread.
 */
public final class HeartbeatWatch {
  /**
   * What was seen of a node.
   *
   * @param counter its heartbeat counter
   * @param ttlNanos the time to live of its lease, by its own row
   */
  public record Heartbeat(long epoch, long counter, long ttlNanos) {}

  private record Seen(long counter, long sinceNanos, long silenceNanos) {
    long nanosUntilSilent(long nowNanos) {
      return sinceNanos + silenceNanos - nowNanos;
    }
  }

  private Map<Long, Seen> seen = new HashMap<>();
  private final Map<Long, Long> deadSince = new HashMap<>();
  private @Nullable Long lastNanos;
  private @Nullable Long fencedNanos;

  /** A watch that has seen nothing yet. */
  public HeartbeatWatch() {}

  /**
   * Takes in the counters of all live nodes but oneself, as received at {@code nowNanos}.
   *
   * @return those that are silent, with the counter they must still have to be fenced; who has been
   *     silent for the longest time comes first
   */
  public List<Heartbeat> observe(long nowNanos, List<Heartbeat> heartbeats) {
    Map<Long, Seen> next = new HashMap<>();
    List<Heartbeat> silent = new ArrayList<>();
    for (Heartbeat heartbeat : heartbeats) {
      Seen before = seen.get(heartbeat.epoch);
      boolean gap = lastNanos != null && nowNanos - lastNanos > heartbeat.ttlNanos / 2;
      Seen now = before != null && before.counter == heartbeat.counter && !gap
          ? before
          : new Seen(
              heartbeat.counter, nowNanos, LeaseTerms.ofTtl(heartbeat.ttlNanos).silenceNanos());
      next.put(heartbeat.epoch, now);
      if (now.nanosUntilSilent(nowNanos) <= 0) {
        silent.add(heartbeat);
      }
    }
    lastNanos = nowNanos;
    seen = next;
    silent.sort(Comparator.comparingLong(this::nanosBefore).reversed());
    return silent;
  }

  /**
   * When to look again, at the latest, so that a node that falls silent is found so at once: how
   * long after {@code nowNanos} the next counter will have stood still for its time, if it does.
   */
  public long nanosUntilSilent(long nowNanos) {
    return seen.values().stream()
        .mapToLong(of -> of.nanosUntilSilent(nowNanos))
        .filter(left -> left > 0)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private long nanosBefore(Heartbeat heartbeat) {
    Seen of = seen.get(heartbeat.epoch);
    return of == null || lastNanos == null ? 0 : lastNanos - of.sinceNanos;
  }

  /**
   * Whether a silent node may be fenced at {@code nowNanos}.
   *
   * @param cut whether the engine cannot reach it either
   */
  public boolean mayFence(long nowNanos, Heartbeat silent, boolean cut) {
    return cut || fencedNanos == null || nowNanos - fencedNanos >= silent.ttlNanos;
  }

  /**
   * Whether a node may be fenced whose process has ended for certain. It waits until nobody can
   * read a copy any more that was granted by it.
   *
   * @param copiesNanos how long copies may outlast their owner
   */
  public boolean mayFenceDead(long nowNanos, long epoch, long copiesNanos) {
    return nowNanos - deadSince.computeIfAbsent(epoch, e -> nowNanos) >= copiesNanos;
  }

  /** A node was fenced, by whomever. */
  public void fenced(long nowNanos) {
    fencedNanos = nowNanos;
  }

  /** A read or a renewal of one's own has failed: what was seen so far proves nothing any more. */
  public void interrupted() {
    seen = new HashMap<>();
  }
}
