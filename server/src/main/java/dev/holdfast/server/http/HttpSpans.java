package dev.holdfast.server.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;

/**
 * Traces requests, each within the span that its {@code traceparent} names, for whoever has set up
 * an SDK; else does nothing. A span names the route, not what was asked for. Thread-safe.
 */
final class HttpSpans implements HttpHandler {
  private static final AttachmentKey<Context> CONTEXT = AttachmentKey.create(Context.class);
  private static final int SERVER_FAULT = 500;
  private static final TextMapGetter<HeaderMap> HEADERS =
      (headers, name) -> headers == null ? null : headers.getFirst(name);

  private final HttpHandler inside;
  private final Tracer tracer;
  private final String node;

  HttpSpans(HttpHandler inside, OpenTelemetry telemetry, String node) {
    this.inside = inside;
    this.tracer = telemetry.getTracer("dev.holdfast.server");
    this.node = node;
  }

  /** In which context a request is handled, whatever thread does that. */
  static Context context(HttpServerExchange exchange) {
    Context context = exchange.getAttachment(CONTEXT);
    return context == null ? Context.root() : context;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    Context caller = W3CTraceContextPropagator.getInstance()
        .extract(Context.root(), exchange.getRequestHeaders(), HEADERS);
    String method = HttpMeters.method(exchange);
    String route = HttpMeters.route(exchange);
    Span span = tracer
        .spanBuilder(method + " " + route)
        .setParent(caller)
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", method)
        .setAttribute("http.route", route)
        .setAttribute("holdfast.node", node)
        .startSpan();
    exchange.putAttachment(CONTEXT, caller.with(span));
    exchange.addExchangeCompleteListener((done, next) -> {
      span.setAttribute("http.response.status_code", done.getStatusCode());
      if (done.getStatusCode() >= SERVER_FAULT) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
      next.proceed();
    });
    inside.handleRequest(exchange);
  }
}
