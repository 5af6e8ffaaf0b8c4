package dev.holdfast.verify.peers;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Straight to PostgreSQL: one SELECT for each read, one UPDATE with its commit for each change.
 * Thread-safe.
 */
final class DatabasePeer implements Peer {
  private final Setting setting;
  private final List<Database> nodes;

  private DatabasePeer(Setting setting) {
    this.setting = setting;
    this.nodes = Database.forEachNode(setting);
  }

  static Peer start(Setting setting) {
    return new DatabasePeer(setting);
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    return nodes.get(node).read(id);
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return nodes.get(node).write(id, value);
  }

  @Override
  public void load(List<String> ids) {
    Database.load(setting, ids);
  }

  @Override
  public void close() {
    nodes.forEach(Database::close);
  }
}
