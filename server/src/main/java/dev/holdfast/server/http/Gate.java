package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in: not too many at once, and only those meant for this server. While the server is
 * not to be used any more, it lets each connection end with its next answer, so that clients go
 * elsewhere before they must.
 *
 * <p>The Host header is checked because a page from anywhere may have its own name point to this
 * machine, and then read what is here as if it were its own (DNS rebinding). Thread-safe.
 */
final class Gate implements HttpHandler {
  private static final HttpString SERVED_BY = new HttpString(Header.SERVED_BY);
  private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

  /** Takes a request out of those under way. */
  private static final AttachmentKey<Runnable> LEAVE = AttachmentKey.create(Runnable.class);

  private final HttpHandler inside;
  private final String node;
  private final String advertisedHost;
  private final int most;
  private final BooleanSupplier unwanted;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * A gate.
   *
   * @param unwanted whether clients should rather go elsewhere
   */
  Gate(HttpHandler inside, String node, String advertisedHost, int most, BooleanSupplier unwanted) {
    this.inside = inside;
    this.node = node;
    this.advertisedHost = advertisedHost;
    this.most = most;
    this.unwanted = unwanted;
  }

  /** Whether no request is under way. */
  boolean idle() {
    return underWay.get() == 0;
  }

  /** The request is not under way any more, though its answer goes on: nobody waits for it. */
  static void leave(HttpServerExchange exchange) {
    Runnable leave = exchange.getAttachment(LEAVE);
    if (leave != null) {
      leave.run();
    }
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    exchange
        .getResponseHeaders()
        .put(SERVED_BY, node)
        .put(CONTENT_TYPE_OPTIONS, "nosniff")
        .put(Headers.CACHE_CONTROL, "no-store");
    underWay.incrementAndGet();
    AtomicBoolean left = new AtomicBoolean();
    Runnable leave = () -> {
      if (left.compareAndSet(false, true)) {
        underWay.decrementAndGet();
      }
    };
    exchange.putAttachment(LEAVE, leave);
    exchange.addExchangeCompleteListener((done, next) -> {
      leave.run();
      next.proceed();
    });
    if (unwanted.getAsBoolean()) {
      exchange.setPersistent(false);
    }
    if (underWay.get() > most) {
      Answers.problem(exchange, Problem.unavailable("more than " + most + " requests at once"));
    } else if (!isForUs(exchange.getRequestHeaders().getFirst(Headers.HOST))) {
      Answers.problem(
          exchange,
          Problem.of(
              FailureKind.UNKNOWN_HOST,
              "this server answers to localhost; set http.advertised to give it another name"));
    } else {
      inside.handleRequest(exchange);
    }
  }

  private boolean isForUs(@Nullable String host) {
    if (host == null) {
      return true;
    }
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    return THIS_MACHINE.matcher(name).matches() || name.equals(advertisedHost);
  }
}
