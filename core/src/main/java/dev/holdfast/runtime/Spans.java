package dev.holdfast.runtime;

import dev.holdfast.HoldfastException;
import dev.holdfast.spi.Request;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Traces calls to owners and commits, for whoever gave the node an SDK; else does nothing. Reads
 * from memory have no span, and no span has a value. Thread-safe.
 */
final class Spans {
  private final Tracer tracer;
  private final String node;

  Spans(OpenTelemetry telemetry, String node) {
    this.tracer = telemetry.getTracer("dev.holdfast");
    this.node = node;
  }

  /** A call begins, within what the current thread traces. */
  Span call(Request request) {
    return tracer
        .spanBuilder("holdfast " + request.kind().name().toLowerCase(Locale.ROOT))
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute("holdfast.node", node)
        .setAttribute("holdfast.type", request.key().type())
        .startSpan();
  }

  /**
   * A call ends.
   *
   * @param sendings how often it was sent
   */
  static void end(Span call, @Nullable HoldfastException failure, int sendings) {
    call.setAttribute("holdfast.sendings", sendings);
    if (failure != null) {
      call.setAttribute("error.type", failure.code());
      call.setStatus(StatusCode.ERROR);
    }
    call.end();
  }

  /** Traces a batch of writes, of which many calls may be a part. */
  <T> List<T> commit(int rows, Supplier<List<T>> writing) {
    Span span = tracer
        .spanBuilder("holdfast commit")
        .setNoParent()
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute("holdfast.node", node)
        .setAttribute("holdfast.rows", rows)
        .startSpan();
    try {
      return writing.get();
    } catch (RuntimeException e) {
      span.setAttribute("error.type", e.getClass().getSimpleName());
      span.setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      span.end();
    }
  }
}
