package dev.holdfast.server.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Paths and queries of URLs: any text becomes one segment or value, and comes back unchanged. */
public final class UrlPath {
  private static final String UNRESERVED = "-._~";

  private UrlPath() {}

  /** {@code /a/b} with each segment encoded. */
  public static String of(String... segments) {
    StringBuilder path = new StringBuilder();
    Arrays.stream(segments).forEach(segment -> path.append('/').append(encode(segment)));
    return path.toString();
  }

  /** Everything but unreserved characters of RFC 3986 as {@code %XX} of its UTF-8. */
  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved((char) (b & 0xff))) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(hex(b >> 4)).append(hex(b));
      }
    }
    // A path segment of one or two dots would be taken for a step by clients that tidy URLs.
    return text.equals(".") || text.equals("..")
        ? encoded.toString().replace(".", "%2E")
        : encoded.toString();
  }

  /**
   * The decoded segments of a raw path; a trailing slash is ignored.
   *
   * @throws IllegalArgumentException if it is not well-formed
   */
  public static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>();
    for (String segment : rawPath.split("/", -1)) {
      segments.add(decode(segment));
    }
    if (segments.get(0).isEmpty()) {
      segments.remove(0);
    }
    int last = segments.size() - 1;
    if (last >= 0 && segments.get(last).isEmpty()) {
      segments.remove(last);
    }
    return List.copyOf(segments);
  }

  /**
   * The decoded parameters of a raw query.
   *
   * @throws IllegalArgumentException if it is not well-formed or names one twice
   */
  public static Map<String, String> query(String rawQuery) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : rawQuery.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1).replace('+', ' '));
        if (parameters.put(name, value) != null) {
          throw new IllegalArgumentException("the parameter \"" + name + "\" is given twice");
        }
      }
    }
    return parameters;
  }

  private static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length() * 3);
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.put((byte) (nibble(encoded, i + 1) << 4 | nibble(encoded, i + 2)));
        i += 2;
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("\"" + encoded + "\" is not UTF-8", e);
    }
  }

  private static int nibble(String text, int index) {
    int value = index < text.length() ? Character.digit(text.charAt(index), 16) : -1;
    if (value < 0) {
      throw new IllegalArgumentException("\"" + text + "\" has a % without two hex digits");
    }
    return value;
  }

  private static char hex(int value) {
    return Character.toUpperCase(Character.forDigit(value & 0xf, 16));
  }

  private static boolean isUnreserved(char c) {
    return c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
  }
}
