package dev.holdfast.server.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.spi.Ticker;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Leaves something for others: bounds how many requests one client has under way, and how many it
 * makes in a second. A client is an address; of IPv6 its network of 64 bits, which one customer has
 * for himself. At most {@value #MOST_CLIENTS} are remembered. Thread-safe.
 */
final class FairShare implements HttpHandler {
  private static final int MOST_CLIENTS = 10_000;
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final HttpHandler inside;
  private final ServerConfig.Limits limits;
  private final Ticker ticker;
  private final Cache<Object, Client> clients =
      Caffeine.newBuilder().maximumSize(MOST_CLIENTS).executor(Runnable::run).build();

  FairShare(HttpHandler inside, ServerConfig.Limits limits, Ticker ticker) {
    this.inside = inside;
    this.limits = limits;
    this.ticker = ticker;
  }

  /** What one client has used: a bucket of requests that fills at a steady pace. */
  private static final class Client {
    private double left;
    private long filledNanos;
    private int underWay;

    Client(double left, long nowNanos) {
      this.left = left;
      this.filledNanos = nowNanos;
    }

    /** Says what is too much; null if the request may go on. */
    synchronized @Nullable String enter(ServerConfig.Limits limits, long nowNanos) {
      double refill = (double) (nowNanos - filledNanos) / SECOND_NANOS * limits.perSecond();
      left = Math.min(limits.perSecond(), left + Math.max(0, refill));
      filledNanos = nowNanos;
      if (left < 1) {
        return "more than " + limits.perSecond() + " requests a second";
      }
      if (underWay >= limits.requests()) {
        return "more than " + limits.requests() + " requests at once";
      }
      left--;
      underWay++;
      return null;
    }

    synchronized void leave() {
      underWay--;
    }
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    long now = ticker.nanos();
    Client client = clients.get(key(exchange), key -> new Client(limits.perSecond(), now));
    String tooMuch = client.enter(limits, now);
    if (tooMuch != null) {
      Answers.problem(
          exchange,
          new Problem(
              FailureKind.TOO_MANY_REQUESTS,
              tooMuch + " from one client; ask again later",
              false,
              Duration.ofSeconds(1),
              Map.of()));
      return;
    }
    Gate.whenLeft(exchange, client::leave);
    inside.handleRequest(exchange);
  }

  private static Object key(HttpServerExchange exchange) {
    InetSocketAddress source = exchange.getSourceAddress();
    InetAddress address = source == null ? null : source.getAddress();
    if (address instanceof Inet6Address) {
      return ByteBuffer.wrap(address.getAddress()).getLong();
    }
    return address == null ? "" : address;
  }
}
