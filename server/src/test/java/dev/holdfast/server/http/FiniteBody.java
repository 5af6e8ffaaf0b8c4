package dev.holdfast.server.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The text of an answer; nothing of a stream of events, which would never end. */
final class FiniteBody implements BodySubscriber<String> {
  private FiniteBody() {}

  static BodySubscriber<String> of(ResponseInfo info) {
    String type = info.headers().firstValue("Content-Type").orElse("");
    return type.startsWith("text/event-stream")
        ? new FiniteBody()
        : BodySubscribers.ofString(StandardCharsets.UTF_8);
  }

  @Override
  public CompletionStage<String> getBody() {
    return CompletableFuture.completedFuture("");
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.cancel();
  }

  @Override
  public void onNext(List<ByteBuffer> more) {}

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}
}
