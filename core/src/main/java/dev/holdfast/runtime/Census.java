package dev.holdfast.runtime;

import dev.holdfast.Cluster;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts what is where, of the rows of the database and of what lives in this node's memory. */
final class Census {
  private final long epoch;
  private final Duration leaseLeft;
  private final Map<Integer, Integer> live = new HashMap<>();

  /**
   * Counts the entities in memory now.
   *
   * @param epoch of this node
   * @param here of the same life
   */
  Census(long epoch, LocalReads.Here here) {
    this.epoch = epoch;
    this.leaseLeft = Duration.ofNanos(here.lease().leftNanos());
    for (Map<String, LiveEntity> entities : here.live().values()) {
      count(entities.values());
    }
  }

  private void count(Collection<LiveEntity> entities) {
    for (LiveEntity entity : entities) {
      if (entity.claim().held()) {
        live.merge(entity.claim().shard(), 1, Integer::sum);
      }
    }
  }

  /** What is where; shards that nobody has ever owned have no row. */
  Cluster of(List<NodeRow> nodes, List<ClaimRow> claims, int shards) {
    Map<Long, String> names = new HashMap<>();
    nodes.forEach(node -> names.put(node.epoch(), node.name()));
    Map<Integer, ClaimRow> rows = new HashMap<>();
    claims.forEach(claim -> rows.put(claim.shard(), claim));
    List<Cluster.Shard> counted = new ArrayList<>(shards);
    for (int shard = 0; shard < shards; shard++) {
      counted.add(shard(rows.getOrDefault(shard, new ClaimRow(shard, 0, 0, 0)), names));
    }
    return new Cluster(nodes.stream().map(this::member).toList(), counted);
  }

  private Cluster.Shard shard(ClaimRow claim, Map<Long, String> names) {
    return new Cluster.Shard(
        claim.shard(),
        names.getOrDefault(claim.owner(), ""),
        claim.owner(),
        claim.token(),
        names.getOrDefault(claim.wantedBy(), ""),
        claim.owner() == epoch ? live.getOrDefault(claim.shard(), 0) : -1);
  }

  private Cluster.Member member(NodeRow row) {
    boolean self = row.epoch() == epoch;
    return new Cluster.Member(
        row.name(),
        row.epoch(),
        row.http(),
        row.state().name().toLowerCase(Locale.ROOT),
        row.member(),
        row.heartbeat(),
        row.leaseTtl(),
        self,
        self ? leaseLeft : Duration.ZERO);
  }
}
