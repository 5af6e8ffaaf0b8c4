package dev.holdfast.pekko;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which node has answered last for the entities of a shard. A hint, no more: what comes to a node
 * that has the entity no longer is passed on. Thread-safe.
 */
final class Routes {
  private final AtomicReferenceArray<@Nullable String> nodes;

  Routes(int shards) {
    this.nodes = new AtomicReferenceArray<>(shards);
  }

  /** The address of the node; null if nobody has answered yet, or that node has left. */
  @Nullable String of(int shard) {
    return nodes.get(shard);
  }

  /** The node has answered; of shards that there are not nothing is learned. */
  void learn(int shard, String node) {
    if (shard >= 0 && shard < nodes.length() && !node.equals(nodes.get(shard))) {
      nodes.set(shard, node);
    }
  }

  /** Nothing goes straight to these nodes any more, until they answer again. */
  void forget(Predicate<String> gone) {
    for (int shard = 0; shard < nodes.length(); shard++) {
      String node = nodes.get(shard);
      if (node != null && gone.test(node)) {
        nodes.compareAndSet(shard, node, null);
      }
    }
  }
}
