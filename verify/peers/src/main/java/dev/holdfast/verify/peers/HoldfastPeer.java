package dev.holdfast.verify.peers;

import dev.holdfast.AsyncEntities;
import dev.holdfast.Call;
import dev.holdfast.Entities;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** Holdfast, as an application embeds it. Thread-safe. */
final class HoldfastPeer implements Peer {
  /** What is stored. */
  record Counter(long count) {}

  private static final EntityType<Counter> COUNTERS =
      EntityType.named("counter", Counter.class).startingAs(id -> new Counter(0));
  private static final int LIVE = 4_000_000;

  private final List<Holdfast> nodes = new ArrayList<>();
  private final List<Entities<Counter>> entities = new ArrayList<>();
  private final List<AsyncEntities<Counter>> async = new ArrayList<>();

  private HoldfastPeer(List<Integer> numbers, UnaryOperator<HoldfastBuilder> settings) {
    for (int number : numbers) {
      Holdfast node = settings
          .apply(Holdfast.builder()
              .node("node-" + number)
              .serving(COUNTERS)
              .memory(LIVE, Duration.ofHours(1)))
          .start();
      nodes.add(node);
      Entities<Counter> counters = node.entities(COUNTERS).with(Call.within(Duration.ofMinutes(1)));
      entities.add(counters);
      async.add(counters.async());
    }
  }

  static Peer onPostgres(Setting setting) {
    return new HoldfastPeer(
        setting.here(),
        node -> node.database(setting.url()).credentials(Setting.USER, "").copies(512L << 20));
  }

  static Peer withoutCopies(Setting setting) {
    return new HoldfastPeer(
        setting.here(),
        node -> node.database(setting.url()).credentials(Setting.USER, "").copies(0));
  }

  static Peer embedded(Setting setting) {
    return new HoldfastPeer(
        setting.here(), node -> node.database(setting.folder()).copies(512L << 20));
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    CompletableFuture<Entity<Counter>> call = async.get(node).get(id);
    return call.isDone() && !call.isCompletedExceptionally()
        ? CompletableFuture.completedFuture(call.join().value().count())
        : call.thenApply(entity -> entity.value().count());
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return async.get(node).set(id, new Counter(value));
  }

  @Override
  public int owner(int asked, String id) {
    String owner = entities.get(asked).get(id).owner();
    return Integer.parseInt(owner.substring("node-".length()));
  }

  @Override
  public void close() {
    nodes.forEach(Holdfast::close);
  }
}
