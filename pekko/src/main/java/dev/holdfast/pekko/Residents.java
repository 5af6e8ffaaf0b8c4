package dev.holdfast.pekko;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entities that live on this node, by shard, so that what comes for them need not ask the
 * engine's region for the way. Thread-safe.
 */
final class Residents {
  private final AtomicReferenceArray<@Nullable ShardResidents> shards;

  Residents(int shards) {
    this.shards = new AtomicReferenceArray<>(shards);
  }

  /** The shard has come to this node; false as long as those of an earlier stay are still here. */
  boolean add(ShardResidents shard) {
    return shards.compareAndSet(shard.shard(), null, shard);
  }

  /** The shard has left, and all in it. */
  void remove(ShardResidents shard) {
    shards.compareAndSet(shard.shard(), shard, null);
  }

  /** Those of a shard; null if it is not here. */
  @Nullable ShardResidents of(int shard) {
    return shards.get(shard);
  }

  void each(Consumer<Resident> action) {
    for (int shard = 0; shard < shards.length(); shard++) {
      ShardResidents some = shards.get(shard);
      if (some != null) {
        some.each(action);
      }
    }
  }
}
