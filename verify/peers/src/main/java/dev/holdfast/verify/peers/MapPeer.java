package dev.holdfast.verify.peers;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The limit of what memory can do: one map, on one node, that nobody stores. Thread-safe. */
final class MapPeer implements Peer {
  private final Map<String, Long> values = new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    return CompletableFuture.completedFuture(values.getOrDefault(id, 0L));
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    values.put(id, value);
    return CompletableFuture.completedFuture(value);
  }

  @Override
  public void load(List<String> ids) {
    ids.forEach(id -> values.put(id, 0L));
  }

  @Override
  public void close() {
    values.clear();
  }
}
