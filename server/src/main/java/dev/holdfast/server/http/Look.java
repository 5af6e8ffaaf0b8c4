package dev.holdfast.server.http;

import dev.holdfast.Cluster;
import dev.holdfast.Cluster.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the cluster looked to a node. A node's heartbeat that stands still tells that it has not
 * renewed its lease.
 *
 * @param node who looked
 * @param at when, for people
 * @param nanos when, by this node's ticker
 * @param heardNanos when each epoch's heartbeat was last seen to rise, or first seen
 */
record Look(String node, Instant at, long nanos, Cluster cluster, Map<Long, Long> heardNanos) {
  /** How it looks now, {@code before} being the look before. */
  static Look after(@Nullable Look before, String node, Instant at, long nanos, Cluster cluster) {
    Map<Long, Long> heard = new HashMap<>();
    for (Member member : cluster.members()) {
      Member known = before == null ? null : before.member(member.epoch());
      boolean still = known != null && known.heartbeat() == member.heartbeat();
      heard.put(
          member.epoch(),
          still && before != null
              ? before.heardNanos().getOrDefault(member.epoch(), nanos)
              : nanos);
    }
    return new Look(node, at, nanos, cluster, Map.copyOf(heard));
  }

  @Nullable Member member(long epoch) {
    return cluster.members().stream()
        .filter(member -> member.epoch() == epoch)
        .findFirst()
        .orElse(null);
  }

  /** What is left of a node's lease: of this node's exactly, of others' at most. */
  Duration leaseLeft(Member member) {
    if (member.self() || !member.live()) {
      return member.leaseLeft();
    }
    long silent = nanos - heardNanos.getOrDefault(member.epoch(), nanos);
    Duration left = member.leaseTtl().minusNanos(silent);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
