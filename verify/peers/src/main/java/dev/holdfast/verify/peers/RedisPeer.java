package dev.holdfast.verify.peers;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Redis as the memory that all nodes share, PostgreSQL for what must last: a change is committed
 * there, and then told to Redis; a read asks Redis. Each node has one connection to Redis, on which
 * calls are pipelined. Thread-safe.
 */
final class RedisPeer implements Peer {
  private final Setting setting;
  private final List<Database> databases;
  private final List<RedisClient> clients = new ArrayList<>();
  private final List<StatefulRedisConnection<String, String>> connections = new ArrayList<>();

  private RedisPeer(Setting setting) {
    this.setting = setting;
    this.databases = Database.forEachNode(setting);
    for (int i = 0; i < setting.here().size(); i++) {
      RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", setting.redis()));
      clients.add(client);
      connections.add(client.connect());
    }
  }

  static Peer start(Setting setting) {
    return new RedisPeer(setting);
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    return connections
        .get(node)
        .async()
        .get(id)
        .thenApply(text -> text == null ? 0L : Json.count(text))
        .toCompletableFuture();
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return databases
        .get(node)
        .write(id, value)
        .thenCompose(done -> connections.get(node).async().set(id, Json.of(value)));
  }

  @Override
  public void load(List<String> ids) {
    Database.load(setting, ids);
    Batches.run(ids.size(), 256, i -> connections.get(0).async().set(ids.get(i), Json.of(0)));
  }

  @Override
  public void close() {
    connections.forEach(StatefulRedisConnection::close);
    clients.forEach(RedisClient::shutdown);
    databases.forEach(Database::close);
  }
}
