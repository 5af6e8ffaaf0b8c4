package dev.holdfast.verify.peers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Something that keeps entities on one or several nodes: Holdfast, or what else one could use. An
 * entity's value is a number, stored as the JSON text {@code {"count":1}}. Thread-safe.
 */
interface Peer extends AutoCloseable {
  /** What {@link #owner} says where any node is as good as any other. */
  int NOBODY = -1;

  /** Asks a node; 0 for what was never set. */
  CompletableFuture<Long> get(int node, String id);

  /** Has a node set it; done when it is as durable as this peer makes it. */
  CompletableFuture<?> set(int node, String id, long value);

  /** The node that an entity lives at; {@code asked} is one that was asked for it before. */
  default int owner(int asked, String id) {
    return NOBODY;
  }

  /** Has all of them stored; what it leaves in memory does not matter. */
  default void load(List<String> ids) {
    Batches.run(ids.size(), 256, i -> set(0, ids.get(i), i));
  }

  @Override
  void close();
}
