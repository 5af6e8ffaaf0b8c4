package dev.holdfast.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What copies cost: those granted and taken back, and the writes that waited. Thread-safe. */
final class CopyMeters {
  private static final long[] MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_100, 2_000};

  private final Counter grants;
  private final Timer revocations;
  private final Counter revoked;
  private final Timer waits;
  private final Counter evictions;

  CopyMeters(Meters meters) {
    grants = meters.counter("copies.grants", "Copies granted to other nodes");
    revocations =
        meters.histogram("revocations", "Revocations until no copy was left to be read", MILLIS);
    revoked = meters.counter("revocations.copies", "Copies that were revoked");
    waits = meters.histogram(
        "writes.held", "How long committed writes waited for copies to be gone", MILLIS);
    evictions = meters.counter("copies.evictions", "Copies that had to go because memory was full");
  }

  void granted() {
    grants.increment();
  }

  void revoked(int copies, long nanos) {
    revocations.record(nanos, TimeUnit.NANOSECONDS);
    revoked.increment(copies);
  }

  void writeWaited(long nanos) {
    waits.record(nanos, TimeUnit.NANOSECONDS);
  }

  void evicted() {
    evictions.increment();
  }
}
