package dev.holdfast.runtime;

import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads entities as they are in the database, in batches, without a word of their owners.
 * Thread-safe.
 */
final class StoredReads implements AutoCloseable {
  private static final int LARGEST_BATCH = 128;
  private static final int QUEUE = 100_000;

  private record Reading(
      EntityKey key, BiConsumer<Optional<StoredEntity>, @Nullable DatabaseException> then) {}

  private final Store store;
  private final Batches<Reading> reads;

  StoredReads(Store store, Threads threads) {
    this.store = store;
    this.reads = new Batches<>(threads, "read", 1, QUEUE, LARGEST_BATCH, this::read, this::dropped);
  }

  /** Calls back on a thread of its own, with an exception if the row could not be read. */
  void read(EntityKey key, BiConsumer<Optional<StoredEntity>, @Nullable DatabaseException> then) {
    reads.add(new Reading(key, then));
  }

  /** How many wait. */
  int waiting() {
    return reads.waiting();
  }

  private void read(List<Reading> batch) {
    List<Optional<StoredEntity>> rows;
    try {
      rows = store.load(batch.stream().map(Reading::key).toList());
    } catch (DatabaseException e) {
      batch.forEach(reading -> reading.then.accept(Optional.empty(), e));
      return;
    } catch (RuntimeException e) { // a fault of the store: nobody may wait for ever
      DatabaseException fault = DatabaseException.notDone("" + e, e);
      batch.forEach(reading -> reading.then.accept(Optional.empty(), fault));
      return;
    }
    for (int i = 0; i < rows.size(); i++) {
      batch.get(i).then.accept(rows.get(i), null);
    }
  }

  private void dropped(Reading reading) {
    reading.then.accept(
        Optional.empty(),
        DatabaseException.notDone("too many reads wait", new IllegalStateException("full")));
  }

  @Override
  public void close() {
    reads.close();
  }
}
