package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.opentelemetry.context.Scope;
import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.xnio.XnioExecutor;

/**
 * The three ways to go on with a request without holding its thread. Whatever is thrown on the way
 * becomes the answer, so that no request is left hanging.
 */
final class Async {
  /** The steps of a request that may fail. */
  interface Step {
    void run() throws Exception;
  }

  private Async() {}

  /** Goes on when the future completes, in the thread that completes it. */
  static <T> void then(
      HttpServerExchange exchange, CompletableFuture<T> future, Consumer<T> answer) {
    exchange.dispatch(SameThreadExecutor.INSTANCE, () -> answerLater(exchange, future, answer));
  }

  // The future that whenComplete answers says nothing new: guarded() lets nothing out.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static <T> void answerLater(
      HttpServerExchange exchange, CompletableFuture<T> future, Consumer<T> answer) {
    future.whenComplete((result, failure) -> {
      if (failure != null) {
        Answers.failure(exchange, failure);
      } else {
        guarded(exchange, () -> answer.accept(result));
      }
    });
  }

  /** Goes on in a thread that may block. */
  static void blocking(HttpServerExchange exchange, Step step) {
    exchange.dispatch(() -> guarded(exchange, step));
  }

  /** Goes on when the body is there. */
  static void body(HttpServerExchange exchange, int largest, Consumer<String> next) {
    Bodies.refuseEncoded(exchange);
    Problem tooLarge =
        Problem.of(FailureKind.TOO_LARGE, "the body is larger than " + largest + " bytes");
    if (exchange.getRequestContentLength() > largest) {
      exchange.setPersistent(false);
      throw new Refused(tooLarge);
    }
    Receiver receiver = exchange.getRequestReceiver();
    receiver.setMaxBufferSize(largest);
    XnioExecutor.Key deadline = Bodies.deadline(exchange);
    receiver.receiveFullBytes(
        (e, bytes) -> {
          deadline.remove();
          guarded(e, () -> next.accept(Bodies.text(bytes)));
        },
        (e, failure) -> {
          deadline.remove();
          e.setPersistent(false);
          boolean large = failure instanceof Receiver.RequestToLargeException;
          Answers.problem(
              e, large ? tooLarge : Problem.of(FailureKind.INVALID_REQUEST, "the body broke off"));
        });
  }

  @SuppressWarnings("try") // the scope is there to be left
  static void guarded(HttpServerExchange exchange, Step step) {
    try (Scope traced = HttpSpans.context(exchange).makeCurrent()) {
      step.run();
    } catch (Exception e) {
      Answers.failure(exchange, e);
    }
  }
}
