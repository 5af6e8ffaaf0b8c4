package dev.holdfast.pekko;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Places shards where there are fewest, empties nodes that are draining, and evens out: two shards
 * at a time, since each move is done by a coordinator that does one thing after the other. Never
 * moves anything while a member is unreachable, for the move would wait for it. Called by the
 * coordinator's actor.
 */
final class DrainingAllocation extends ShardCoordinator.AbstractShardAllocationStrategy
    implements ShardCoordinator.StartableAllocationStrategy {
  private static final int AT_A_TIME = 2;

  /** Differences smaller than this are not worth a pause of the shard that would move. */
  private static final int LEAST_DIFFERENCE = 4;

  private final String self;
  private final Supplier<Set<String>> draining;
  private final BooleanSupplier allReachable;
  private final CoordinatorStart start;

  /**
   * A strategy.
   *
   * @param self this node's {@code host:port}
   * @param draining the {@code host:port} of nodes that are leaving
   */
  DrainingAllocation(
      String self,
      Supplier<Set<String>> draining,
      BooleanSupplier allReachable,
      CoordinatorStart start) {
    this.self = self;
    this.draining = draining;
    this.allReachable = allReachable;
    this.start = start;
  }

  @Override
  public void start() {
    start.begun();
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> current) {
    return Future.successful(regions(current, false).stream()
        .min(Comparator.comparingInt(region -> region.shards.size()))
        .map(Region::reference)
        .orElse(requester));
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    start.works();
    List<Region> staying = regions(current, false);
    if (inProgress.size() >= AT_A_TIME || staying.isEmpty() || !allReachable.getAsBoolean()) {
      return Future.successful(Set.of());
    }
    Set<String> moves = regions(current, true).stream()
        .flatMap(region -> region.shards.stream())
        .filter(shard -> !inProgress.contains(shard))
        .limit(AT_A_TIME - inProgress.size())
        .collect(Collectors.toSet());
    return Future.successful(moves.isEmpty() && inProgress.isEmpty() ? evening(staying) : moves);
  }

  private static Set<String> evening(List<Region> staying) {
    Comparator<Region> bySize = Comparator.comparingInt(region -> region.shards.size());
    Region fullest = staying.stream().max(bySize).orElseThrow();
    Region emptiest = staying.stream().min(bySize).orElseThrow();
    int difference = fullest.shards.size() - emptiest.shards.size();
    return difference < Math.max(LEAST_DIFFERENCE, fullest.shards.size() / 4)
        ? Set.of()
        : Set.of(fullest.shards.get(0));
  }

  private record Region(ActorRef reference, List<String> shards) {}

  private List<Region> regions(Map<ActorRef, IndexedSeq<String>> current, boolean leaving) {
    Set<String> places = draining.get();
    return current.entrySet().stream()
        .filter(entry -> places.contains(place(entry.getKey())) == leaving)
        .map(e -> new Region(e.getKey(), CollectionConverters.asJava(e.getValue())))
        .toList();
  }

  private String place(ActorRef region) {
    Address address = region.path().address();
    return address.hasLocalScope() ? self : Addresses.place(address);
  }
}
