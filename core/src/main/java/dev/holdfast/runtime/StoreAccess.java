package dev.holdfast.runtime;

import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads and writes entities in batches. Never loads an entity while a write of it is in flight,
 * even if the actor that sent it is gone: the row read could be the one before that write.
 * Thread-safe.
 */
final class StoreAccess implements AutoCloseable {
  private static final int LARGEST_BATCH = 128;
  private static final int QUEUE = 100_000;

  /** What became of a write; the first of them is the store's own word. */
  enum Fate {
    WRITTEN,
    NOT_OWNER,
    CONFLICT,
    /** Certainly not written. */
    FAILED,
    /** Perhaps written. */
    UNKNOWN
  }

  /** Told of each write that was refused because the claim is not, or no longer, this node's. */
  interface OnRefused {
    void refused(int shard, long token);
  }

  private record Loading(
      EntityKey key, BiConsumer<Optional<StoredEntity>, @Nullable DatabaseException> then) {}

  private record Confirming(
      Store.Held held, BiConsumer<OptionalLong, @Nullable DatabaseException> then) {}

  private record Writing(Claim claim, Store.Write write, BiConsumer<Fate, String> then) {}

  private final Store store;
  private final long epoch;
  private final OnRefused onRefused;
  private final StoreMeters meters;
  private final Batches<Loading> loads;
  private final Batches<Confirming> confirmations;
  private final Batches<Writing> writes;
  private final Map<EntityKey, List<Runnable>> inFlight = new HashMap<>();

  StoreAccess(
      Store store,
      long epoch,
      int writers,
      Threads threads,
      OnRefused onRefused,
      StoreMeters meters) {
    this.store = store;
    this.epoch = epoch;
    this.onRefused = onRefused;
    this.meters = meters;
    this.loads =
        new Batches<>(threads, "load", 1, QUEUE, LARGEST_BATCH, this::load, this::loadDropped);
    this.confirmations = new Batches<>(
        threads, "confirm", 1, QUEUE, LARGEST_BATCH, this::confirm, this::confirmDropped);
    this.writes = new Batches<>(
        threads, "write", writers, QUEUE, LARGEST_BATCH, this::write, this::writeDropped);
  }

  /** Reads the row; calls back on a thread of its own, with an exception if it could not. */
  void load(EntityKey key, BiConsumer<Optional<StoredEntity>, @Nullable DatabaseException> then) {
    Runnable add = () -> loads.add(new Loading(key, then));
    synchronized (inFlight) {
      List<Runnable> waiting = inFlight.get(key);
      if (waiting != null) {
        waiting.add(add);
        return;
      }
    }
    add.run();
  }

  private void load(List<Loading> batch) {
    List<Optional<StoredEntity>> rows;
    try {
      List<EntityKey> keys = batch.stream().map(Loading::key).toList();
      rows = meters.loads().record(() -> store.load(keys));
    } catch (DatabaseException e) {
      batch.forEach(loading -> loading.then.accept(Optional.empty(), e));
      return;
    } catch (RuntimeException e) { // a fault of the store: nobody may wait for ever
      DatabaseException fault = DatabaseException.notDone("" + e, e);
      batch.forEach(loading -> loading.then.accept(Optional.empty(), fault));
      return;
    }
    for (int i = 0; i < rows.size(); i++) {
      batch.get(i).then.accept(rows.get(i), null);
    }
  }

  private void loadDropped(Loading loading) {
    loading.then.accept(Optional.empty(), dropped("too many loads wait"));
  }

  private static DatabaseException dropped(String why) {
    return DatabaseException.notDone(why, new IllegalStateException("full"));
  }

  /** Asks whether the claim is held; calls back on a thread of its own. At most once at a time. */
  void confirm(Store.Held held, BiConsumer<OptionalLong, @Nullable DatabaseException> then) {
    confirmations.add(new Confirming(held, then));
  }

  private void confirm(List<Confirming> batch) {
    List<OptionalLong> revisions;
    try {
      List<Store.Held> held = batch.stream().map(Confirming::held).toList();
      revisions = meters.confirmations().record(() -> store.confirm(epoch, held));
    } catch (DatabaseException e) {
      batch.forEach(each -> each.then.accept(OptionalLong.empty(), e));
      return;
    } catch (RuntimeException e) { // a fault of the store: nobody may wait for ever
      DatabaseException fault = DatabaseException.notDone("" + e, e);
      batch.forEach(each -> each.then.accept(OptionalLong.empty(), fault));
      return;
    }
    for (int i = 0; i < revisions.size(); i++) {
      batch.get(i).then.accept(revisions.get(i), null);
    }
  }

  private void confirmDropped(Confirming confirming) {
    confirming.then.accept(OptionalLong.empty(), dropped("too many confirmations wait"));
  }

  /** Writes under a claim that was entered, and leaves it. Calls back on a thread of its own. */
  void write(Claim claim, Store.Write write, BiConsumer<Fate, String> then) {
    synchronized (inFlight) {
      inFlight.put(write.key(), new ArrayList<>());
    }
    writes.add(new Writing(claim, write, then));
  }

  private void write(List<Writing> batch) {
    List<Store.Result> results;
    try {
      List<Store.Write> rows = batch.stream().map(Writing::write).toList();
      results = meters.commit(rows.size(), () -> store.write(epoch, rows));
    } catch (DatabaseException e) {
      Fate fate = e.unknown() ? Fate.UNKNOWN : Fate.FAILED;
      batch.forEach(writing -> finish(writing, fate, "" + e.getMessage()));
      return;
    } catch (RuntimeException e) { // a fault of the store, which says nothing of the outcome
      batch.forEach(writing -> finish(writing, Fate.UNKNOWN, "" + e));
      return;
    }
    for (int i = 0; i < results.size(); i++) {
      Writing writing = batch.get(i);
      if (results.get(i) == Store.Result.NOT_OWNER) {
        onRefused.refused(writing.write.shard(), writing.write.token());
      }
      finish(writing, Fate.valueOf(results.get(i).name()), "");
    }
  }

  private void writeDropped(Writing writing) {
    finish(writing, Fate.FAILED, "too many writes wait");
  }

  private void finish(Writing writing, Fate fate, String reason) {
    meters.ended(fate);
    List<Runnable> waiting;
    synchronized (inFlight) {
      waiting = inFlight.remove(writing.write.key());
    }
    writing.then.accept(fate, reason);
    writing.claim.exit();
    if (waiting != null) {
      waiting.forEach(Runnable::run);
    }
  }

  int waitingLoads() {
    return loads.waiting();
  }

  int waitingConfirmations() {
    return confirmations.waiting();
  }

  int waitingWrites() {
    return writes.waiting();
  }

  /** Whether nothing is being written. */
  boolean idle() {
    synchronized (inFlight) {
      return inFlight.isEmpty();
    }
  }

  @Override
  public void close() {
    loads.close();
    confirmations.close();
    writes.close();
  }
}
