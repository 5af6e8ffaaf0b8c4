package dev.holdfast.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What a node asks of its database's store, and how long that takes. Thread-safe. */
final class StoreMeters {
  private static final long[] MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500};
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128};

  private final Spans spans;
  private final Timer loads;
  private final Timer confirmations;
  private final Timer commits;
  private final DistributionSummary batches;
  private final Map<StoreAccess.Fate, Counter> writes = new EnumMap<>(StoreAccess.Fate.class);

  StoreMeters(Meters meters, Spans spans) {
    this.spans = spans;
    loads = meters.timer("loads", "Statements that load entities into memory");
    confirmations = meters.timer("confirmations", "Statements that confirm claims for reads");
    commits = meters.histogram("commits", "Batches of writes until they were committed", MILLIS);
    batches = meters.sizes("batch.size", "Entities written together in one batch", SIZES);
    for (StoreAccess.Fate fate : StoreAccess.Fate.values()) {
      String result = fate.name().toLowerCase(Locale.ROOT).replace('_', '-');
      writes.put(fate, meters.counter("writes", "Rows written or refused", "result", result));
    }
  }

  Timer loads() {
    return loads;
  }

  Timer confirmations() {
    return confirmations;
  }

  /** Measures and traces a batch of writes. */
  <T> List<T> commit(int rows, Supplier<List<T>> writing) {
    batches.record(rows);
    return commits.record(() -> spans.commit(rows, writing));
  }

  void ended(StoreAccess.Fate fate) {
    Counter counter = writes.get(fate);
    if (counter != null) {
      counter.increment();
    }
  }
}
