package dev.holdfast.server.http;

import dev.holdfast.runtime.Loopback;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.Header;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Lets requests in: not too many at once, and only those meant for this server. While the server is
 * not to be used any more, it lets each connection end with its next answer, so that clients go
 * elsewhere before they must.
 *
 * <p>The Host header is checked because a page from anywhere may have its own name point to this
 * machine, and then read what is here as if it were its own (DNS rebinding). Where tokens are
 * needed it is not, since such a page has none. Thread-safe.
 */
final class Gate implements HttpHandler {
  private static final HttpString SERVED_BY = new HttpString(Header.SERVED_BY);
  private static final Set<String> PROBES = Set.of("/livez", "/readyz");

  /** Takes a request out of those under way. */
  private static final AttachmentKey<Runnable> LEAVE = AttachmentKey.create(Runnable.class);

  private final HttpHandler inside;
  private final String node;
  private final String advertisedHost;
  private final boolean checksHost;
  private final int most;
  private final BooleanSupplier unwanted;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * A gate.
   *
   * @param checksHost whether requests for another host are refused
   * @param unwanted whether clients should rather go elsewhere
   */
  Gate(
      HttpHandler inside,
      String node,
      String advertisedHost,
      boolean checksHost,
      int most,
      BooleanSupplier unwanted) {
    this.inside = inside;
    this.node = node;
    this.advertisedHost = advertisedHost;
    this.checksHost = checksHost;
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

  /** Has {@code task} run as well when the request is not under way any more. */
  static void whenLeft(HttpServerExchange exchange, Runnable task) {
    Runnable leave = exchange.getAttachment(LEAVE);
    AtomicBoolean left = new AtomicBoolean();
    exchange.putAttachment(LEAVE, () -> {
      if (left.compareAndSet(false, true)) {
        task.run();
      }
      if (leave != null) {
        leave.run();
      }
    });
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    SafeHeaders.put(exchange.getResponseHeaders());
    exchange.getResponseHeaders().put(SERVED_BY, node);
    underWay.incrementAndGet();
    AtomicBoolean left = new AtomicBoolean();
    Runnable leave = () -> {
      if (left.compareAndSet(false, true)) {
        underWay.decrementAndGet();
      }
    };
    exchange.putAttachment(LEAVE, leave);
    exchange.addExchangeCompleteListener((done, next) -> {
      leave(done);
      next.proceed();
    });
    if (unwanted.getAsBoolean()) {
      exchange.setPersistent(false);
    }
    if (underWay.get() > most) {
      Answers.problem(exchange, Problem.unavailable("more than " + most + " requests at once"));
    } else if (checksHost && !isForUs(exchange)) {
      Answers.problem(
          exchange,
          Problem.of(
              FailureKind.UNKNOWN_HOST,
              "this server answers to localhost; set http.advertised to give it another name"));
    } else {
      inside.handleRequest(exchange);
    }
  }

  /** Probes come from whatever watches the process, under whatever name, and see nothing. */
  private boolean isForUs(HttpServerExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    if (host == null || PROBES.contains(exchange.getRequestURI())) {
      return true;
    }
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    return Loopback.is(name) || name.equals(advertisedHost);
  }
}
