package dev.holdfast.server.http;

import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Map;

/** What every answer tells browsers: run nothing foreign, show it in no frame, keep no data. */
final class SafeHeaders {
  private static final Map<HttpString, String> ALL = Map.of(
      Headers.CACHE_CONTROL,
      "no-store",
      new HttpString("Content-Security-Policy"),
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'",
      new HttpString("X-Content-Type-Options"),
      "nosniff",
      new HttpString("X-Frame-Options"),
      "DENY",
      new HttpString("Referrer-Policy"),
      "no-referrer",
      new HttpString("Cross-Origin-Opener-Policy"),
      "same-origin",
      new HttpString("Cross-Origin-Resource-Policy"),
      "same-origin");

  private SafeHeaders() {}

  /** To be called before an answer is made, which may then allow itself more. */
  static void put(HeaderMap headers) {
    ALL.forEach(headers::put);
  }
}
