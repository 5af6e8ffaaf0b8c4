package dev.holdfast.runtime;

import io.micrometer.core.instrument.MeterRegistry;

/** What a node measures, over all its lives. Thread-safe. */
final class Metrics implements AutoCloseable {
  private final Meters meters;
  private final ReadCounts reads;
  private final CallMeters calls;
  private final StoreMeters store;
  private final CopyMeters copies;
  private final NodeMeters node;

  Metrics(MeterRegistry registry, String node) {
    this.meters = new Meters(registry, node);
    this.reads = new ReadCounts(meters);
    this.calls = new CallMeters(meters);
    this.store = new StoreMeters(meters);
    this.copies = new CopyMeters(meters);
    this.node = new NodeMeters(meters);
  }

  Meters meters() {
    return meters;
  }

  ReadCounts reads() {
    return reads;
  }

  CallMeters calls() {
    return calls;
  }

  StoreMeters store() {
    return store;
  }

  CopyMeters copies() {
    return copies;
  }

  NodeMeters node() {
    return node;
  }

  @Override
  public void close() {
    meters.close();
  }
}
