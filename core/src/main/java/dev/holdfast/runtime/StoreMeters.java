package dev.holdfast.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What a node asks of its database's store, and how long that takes. Thread-safe. */
final class StoreMeters {
  private static final long[] MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500};
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128};

  private final Timer loads;
  private final Timer confirmations;
  private final Timer commits;
  private final DistributionSummary batches;
  private final Map<StoreAccess.Fate, Counter> writes = new EnumMap<>(StoreAccess.Fate.class);

  StoreMeters(Meters meters) {
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

  Timer commits() {
    return commits;
  }

  DistributionSummary batches() {
    return batches;
  }

  void ended(StoreAccess.Fate fate) {
    Counter counter = writes.get(fate);
    if (counter != null) {
      counter.increment();
    }
  }
}
