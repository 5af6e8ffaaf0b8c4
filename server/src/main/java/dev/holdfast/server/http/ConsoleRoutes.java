package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The web console: files that are part of this program, kept in memory. They hold nothing of the
 * cluster; that comes from the API, as for everybody else. Thread-safe.
 */
final class ConsoleRoutes {
  private static final String FOLDER = "/dev/holdfast/server/console/";
  private static final String PAGE = "index.html";
  private static final Map<String, String> FILES = Map.ofEntries(
      Map.entry(PAGE, "text/html;charset=utf-8"),
      Map.entry("console.css", "text/css;charset=utf-8"),
      Map.entry("icon.svg", "image/svg+xml"),
      Map.entry("theme.js", "text/javascript;charset=utf-8"),
      Map.entry("main.js", "text/javascript;charset=utf-8"),
      Map.entry("api.js", "text/javascript;charset=utf-8"),
      Map.entry("cluster.js", "text/javascript;charset=utf-8"),
      Map.entry("dom.js", "text/javascript;charset=utf-8"),
      Map.entry("overview.js", "text/javascript;charset=utf-8"),
      Map.entry("chart.js", "text/javascript;charset=utf-8"),
      Map.entry("map.js", "text/javascript;charset=utf-8"),
      Map.entry("entities.js", "text/javascript;charset=utf-8"),
      Map.entry("entity.js", "text/javascript;charset=utf-8"),
      Map.entry("schema.js", "text/javascript;charset=utf-8"),
      Map.entry("problem.js", "text/javascript;charset=utf-8"),
      Map.entry("nodes.js", "text/javascript;charset=utf-8"),
      Map.entry("events.js", "text/javascript;charset=utf-8"));

  /** Nothing from elsewhere, nothing inline, in nobody's frame. */
  private static final Map<HttpString, String> SAFETY = Map.of(
      new HttpString("Content-Security-Policy"),
      "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none';"
          + " form-action 'none'",
      new HttpString("Referrer-Policy"),
      "no-referrer");

  private final Map<String, File> files = new TreeMap<>();

  /** The bytes are read by many at once, each with a position of its own. */
  private record File(String type, String tag, ByteBuffer bytes) {}

  ConsoleRoutes() {
    FILES.forEach((name, type) -> files.put(name, read(name, type)));
  }

  private static File read(String name, String type) {
    try (InputStream in = ConsoleRoutes.class.getResourceAsStream(FOLDER + name)) {
      byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new File(type, HexFormat.of().formatHex(hash, 0, 16), ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a browser asks, for a person: others get text. */
  static boolean wanted(HttpServerExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
  }

  void page(HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(Headers.VARY, "Accept");
    file(exchange, PAGE);
  }

  void file(HttpServerExchange exchange, String name) {
    AllowedMethods.requireRead(exchange);
    Requests.query(exchange);
    File file = files.get(name);
    if (file == null) {
      throw new Refused(FailureKind.UNKNOWN_PATH, "the console has no file \"" + name + "\"");
    }
    SAFETY.forEach((header, value) -> {
      if (!exchange.getResponseHeaders().contains(header)) {
        exchange.getResponseHeaders().put(header, value);
      }
    });
    ETag tag = new ETag(false, file.tag());
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
    exchange.getResponseHeaders().put(Headers.ETAG, tag.toString());
    if (!ETagUtils.handleIfNoneMatch(exchange, tag, true)) {
      exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
      exchange.endExchange();
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, file.type());
    exchange.getResponseSender().send(file.bytes().duplicate());
  }
}
