package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.runtime.StoreAccess.Fate;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreAccessTest {
  private static final EntityKey KEY = new EntityKey("order", "x");

  /** A store whose writes take until they are let go. */
  private static final class SlowStore implements Store {
    final CompletableFuture<Result> result = new CompletableFuture<>();
    final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @Override
    public List<Result> write(long owner, List<Write> writes) {
      seen.add("write");
      Result all = result.join();
      seen.add("written");
      return writes.stream().map(write -> all).toList();
    }

    @Override
    public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
      seen.add("load " + keys.get(0).id());
      return keys.stream().map(key -> Optional.<StoredEntity>empty()).toList();
    }

    @Override
    public List<OptionalLong> confirm(long owner, List<Held> held) {
      return held.stream().map(one -> OptionalLong.of(one.token())).toList();
    }

    @Override
    public List<StoredEntity> list(String type, String after, int limit) {
      return List.of();
    }

    @Override
    public boolean knows(String type) {
      return false;
    }
  }

  private final SlowStore store = new SlowStore();
  private final ConcurrentLinkedQueue<Long> refused = new ConcurrentLinkedQueue<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StoreAccess access = new StoreAccess(
      store,
      1,
      1,
      new Threads("test"),
      (shard, token) -> refused.add(token),
      new StoreMeters(new Meters(registry, "foo"), new Spans(OpenTelemetry.noop(), "foo")));
  private final CompletableFuture<Boolean> left = new CompletableFuture<>();
  private final Claim claim = new Claim(0, 1, 1, new Claim.Gate() {
    @Override
    public boolean enter(int shard, Input.Enter enter) {
      return true;
    }

    @Override
    public void left(int shard, Input.Left write) {
      left.complete(true);
    }
  });
  private final CompletableFuture<Fate> fate = new CompletableFuture<>();

  @AfterEach
  void close() {
    store.result.complete(Store.Result.WRITTEN);
    access.close();
  }

  private void write() {
    claim.enter();
    Store.Write write = new Store.Write(KEY, 0, 1, -1, 0, "{}", "[]");
    access.write(claim, write, (what, why) -> fate.complete(what));
    await().until(() -> store.seen.contains("write"));
  }

  private CompletableFuture<Boolean> load(EntityKey key) {
    CompletableFuture<Boolean> loaded = new CompletableFuture<>();
    access.load(key, (row, failure) -> loaded.complete(failure == null));
    return loaded;
  }

  @Test
  void aLoadWaitsForTheWriteInFlight() {
    write();
    CompletableFuture<Boolean> loaded = load(KEY);
    assertThat(load(new EntityKey("order", "other")).join()).isTrue();
    assertThat(loaded).isNotDone();
    store.result.complete(Store.Result.WRITTEN);
    assertThat(loaded.join()).isTrue();
    assertThat(store.seen).containsExactly("write", "load other", "written", "load x");
  }

  @Test
  void theClaimIsLeftWhenTheWriteHasComeBack() {
    write();
    assertThat(left).isNotDone();
    store.result.complete(Store.Result.CONFLICT);
    assertThat(left.join()).isTrue();
    assertThat(fate).isCompletedWithValue(Fate.CONFLICT);
    assertThat(access.idle()).isTrue();
  }

  @Test
  void aRefusedWriteIsToldBeforeItsFate() {
    write();
    store.result.complete(Store.Result.NOT_OWNER);
    assertThat(fate.join()).isEqualTo(Fate.NOT_OWNER);
    assertThat(refused).containsExactly(1L);
  }

  private double written(String result) {
    return registry.get("holdfast.writes").tag("result", result).counter().count();
  }

  @Test
  void aRefusedWriteIsCountedAsSuchAndItsBatchIsTimed() {
    write();
    store.result.complete(Store.Result.NOT_OWNER);
    assertThat(fate.join()).isEqualTo(Fate.NOT_OWNER);
    assertThat(written("not-owner")).isEqualTo(1);
    assertThat(written("written")).isZero();
    assertThat(registry.get("holdfast.commits").timer().count()).isEqualTo(1);
    assertThat(registry.get("holdfast.batch.size").summary().totalAmount()).isEqualTo(1);
  }

  @Test
  void aConflictIsNoRefusal() {
    write();
    store.result.complete(Store.Result.CONFLICT);
    assertThat(fate.join()).isEqualTo(Fate.CONFLICT);
    assertThat(refused).isEmpty();
  }

  @Test
  void aFaultyStoreLeavesTheOutcomeUnknownAndNobodyWaiting() {
    write();
    CompletableFuture<Boolean> loaded = load(KEY);
    store.result.completeExceptionally(new IllegalStateException("a fault"));
    assertThat(fate.join()).isEqualTo(Fate.UNKNOWN);
    assertThat(loaded.join()).isTrue();
  }

  @Test
  void afterItIsClosedNothingIsWrittenOrLoaded() {
    access.close();
    claim.enter();
    Store.Write write = new Store.Write(KEY, 0, 1, -1, 0, "{}", "[]");
    access.write(claim, write, (what, why) -> fate.complete(what));
    assertThat(fate).isCompletedWithValue(Fate.FAILED);
    assertThat(load(KEY)).isCompletedWithValue(false);
  }
}
