package dev.holdfast.server.wire;

import dev.holdfast.Read;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How requests and commands write times, and how fresh a read must be. */
public final class ReadMode {
  /** What may be written, for people. */
  public static final String ALLOWED =
      "linearizable, confirmed, stale:TIME (such as stale:500ms, 24 h at most) or any";

  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m)");
  private static final String STALE = "stale:";

  private ReadMode() {}

  /**
   * Reads a mode.
   *
   * @throws IllegalArgumentException naming those that are allowed
   */
  public static Read parse(String text) {
    return switch (text) {
      case "linearizable" -> Read.linearizable();
      case "confirmed" -> Read.confirmed();
      case "any" -> Read.any();
      default -> stale(text);
    };
  }

  private static Read stale(String text) {
    Optional<Duration> by = text.startsWith(STALE) ? time(text.substring(6)) : Optional.empty();
    try {
      return Read.atMostStale(by.orElseThrow(IllegalArgumentException::new));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("read is " + ALLOWED + ", not \"" + text + "\"", e);
    }
  }

  /** A time such as {@code 500ms}, {@code 5s} or {@code 1m}; empty if the text is none. */
  public static Optional<Duration> time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          default -> Duration.ofMinutes(amount);
        });
  }
}
