package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Holdfast;
import dev.holdfast.testkit.MemoryDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server with a real node traces. */
final class SpansTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
      .setTracerProvider(SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(exported))
          .build())
      .build();
  private final HttpApi api = HttpApi.bind(HttpFixture.CONFIG, sdk);
  private final Holdfast node = Holdfast.builder()
      .node("foo")
      .database(new MemoryDatabase(), "memory:")
      .serving(HttpFixture.CONFIG.types().get(0).type())
      .tracing(sdk)
      .start();

  SpansTest() {
    api.serve(node);
  }

  @AfterEach
  void stop() {
    node.close();
    api.close();
    sdk.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(api.url() + path))
        .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01");
  }

  private SpanData span(String name) {
    await()
        .until(() -> exported.getFinishedSpanItems().stream()
            .anyMatch(span -> span.getName().equals(name)));
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRequestIsPartOfItsCallersTraceAndTheCallToTheOwnerPartOfTheRequest() {
    HttpFixture.send(request("/v1/entity/secret")
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString("\"working\"")));
    SpanData put = span("PUT /v1/{type}/{id}");
    assertThat(put.getTraceId()).isEqualTo(TRACE);
    assertThat(put.getParentSpanId()).isEqualTo(CALLER);
    assertThat(put.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(put.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(201);
    SpanData call = span("holdfast assign");
    assertThat(call.getTraceId()).isEqualTo(TRACE);
    assertThat(call.getParentSpanId()).isEqualTo(put.getSpanId());
    assertThat(call.getAttributes().get(AttributeKey.stringKey("holdfast.owner")))
        .isEqualTo("foo");
    assertThat(span("holdfast commit").getAttributes().get(AttributeKey.longKey("holdfast.rows")))
        .isEqualTo(1);
  }

  @Test
  void aReadFromMemoryHasTheSpanOfItsRequestAlone() {
    HttpFixture.send(request("/v1/entity/secret")
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString("\"working\"")));
    span("PUT /v1/{type}/{id}");
    exported.reset();
    HttpFixture.send(request("/v1/entity/secret"));
    span("GET /v1/{type}/{id}");
    assertThat(exported.getFinishedSpanItems()).hasSize(1);
  }

  @Test
  void aFailureIsToldByItsCodeAndNothingThatWasAskedForIsInASpan() {
    HttpFixture.send(request("/v1/entity/secret"));
    SpanData get = span("GET /v1/{type}/{id}");
    assertThat(get.getStatus()).isEqualTo(StatusData.unset());
    SpanData call = span("holdfast get");
    assertThat(call.getStatus()).isEqualTo(StatusData.error());
    assertThat(call.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("not-found");
    List<SpanData> all = exported.getFinishedSpanItems();
    assertThat(all.toString()).doesNotContain("secret");
  }

  @Test
  void aTraceparentThatIsNonsenseIsIgnored() {
    HttpFixture.send(
        HttpRequest.newBuilder(URI.create(api.url() + "/livez")).header("traceparent", "nonsense"));
    SpanData live = span("GET /livez");
    assertThat(live.getParentSpanContext().isValid()).isFalse();
  }
}
