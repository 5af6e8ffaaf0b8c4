package dev.holdfast.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;

/** What a node measures and traces, over all its lives. Thread-safe. */
record Metrics(
    Meters meters,
    ReadCounts reads,
    CallMeters calls,
    StoreMeters store,
    CopyMeters copies,
    NodeMeters node,
    Spans spans)
    implements AutoCloseable {

  static Metrics of(MeterRegistry registry, OpenTelemetry telemetry, String node) {
    Meters meters = new Meters(registry, node);
    Spans spans = new Spans(telemetry, node);
    return new Metrics(
        meters,
        new ReadCounts(meters),
        new CallMeters(meters),
        new StoreMeters(meters, spans),
        new CopyMeters(meters),
        new NodeMeters(meters),
        spans);
  }

  @Override
  public void close() {
    meters.close();
  }
}
