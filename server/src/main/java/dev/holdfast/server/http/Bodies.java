package dev.holdfast.server.http;

import dev.holdfast.server.wire.FailureKind;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/** What a body must be before anybody looks into it. */
final class Bodies {
  /** Far more than any value needs, and far less than any parser's stack. */
  private static final int DEEPEST = 64;

  private Bodies() {}

  /** Nothing is ever unpacked here, so that nothing small can become large. */
  static void refuseEncoded(HttpServerExchange exchange) {
    String encoding = exchange.getRequestHeaders().getFirst(Headers.CONTENT_ENCODING);
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      exchange.setPersistent(false);
      throw new Refused(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          "bodies are not taken in the encoding " + encoding + "; send it without");
    }
  }

  /** Ends the connection if the body is not there in time; to be removed when it is. */
  static XnioExecutor.Key deadline(HttpServerExchange exchange) {
    int millis = exchange
        .getConnection()
        .getUndertowOptions()
        .get(UndertowOptions.REQUEST_PARSE_TIMEOUT, -1);
    return exchange
        .getIoThread()
        .executeAfter(
            () -> IoUtils.safeClose(exchange.getConnection()), millis, TimeUnit.MILLISECONDS);
  }

  /** The text of a body. */
  static String text(byte[] body) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      requireShallow(text);
      return text;
    } catch (CharacterCodingException e) {
      throw new Refused(FailureKind.MALFORMED_JSON, "the body is not UTF-8");
    }
  }

  /** Counts brackets outside of strings: what is no JSON is told by whoever reads it. */
  private static void requireShallow(String json) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '[' || c == '{') {
        depth++;
        if (depth > DEEPEST) {
          throw new Refused(
              FailureKind.MALFORMED_JSON, "the body is nested deeper than " + DEEPEST + " levels");
        }
      } else if (c == ']' || c == '}') {
        depth--;
      }
    }
  }
}
