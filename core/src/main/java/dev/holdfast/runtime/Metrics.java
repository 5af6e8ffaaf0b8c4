package dev.holdfast.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;

/** What a node measures and traces, over all its lives. Thread-safe. */
final class Metrics implements AutoCloseable {
  private final Meters meters;
  private final ReadCounts reads;
  private final CallMeters calls;
  private final StoreMeters store;
  private final CopyMeters copies;
  private final NodeMeters node;
  private final Spans spans;

  Metrics(MeterRegistry registry, OpenTelemetry telemetry, String node) {
    this.meters = new Meters(registry, node);
    this.reads = new ReadCounts(meters);
    this.calls = new CallMeters(meters);
    this.spans = new Spans(telemetry, node);
    this.store = new StoreMeters(meters, spans);
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

  Spans spans() {
    return spans;
  }

  @Override
  public void close() {
    meters.close();
  }
}
