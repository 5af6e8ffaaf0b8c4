package dev.holdfast;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one call is made: within which time, and under which operation id. Immutable.
 *
 * @param deadline how long the caller is willing to wait, over all hops and retries; 1 ms to 10 min
 * @param operation the id under which a change is applied at most once, however often it is sent;
 *     at most 64 characters, visible ASCII. Null means a fresh one for every change. Give one if
 *     you may have to repeat the change yourself: a UUID of version 7, or the id that an
 *     {@link OutcomeUnknown} names. Then a repetition is recognised or refused, however late it
 *     comes; any other text is recognised among the latest 64 such changes of the entity only.
 */
public record Call(Duration deadline, @Nullable String operation) {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int LONGEST_OPERATION = 64;

  /** Five seconds and a fresh operation id. */
  public static final Call DEFAULT = new Call(Duration.ofSeconds(5), null);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public Call {
    Objects.requireNonNull(deadline, "deadline");
    if (deadline.compareTo(Duration.ofMillis(1)) < 0 || deadline.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a deadline is 1 ms to 10 min, not " + deadline);
    }
    if (operation != null && !isOperation(operation)) {
      throw new IllegalArgumentException(
          "an operation id is 1 to 64 visible ASCII characters without quotes or backslashes");
    }
  }

  /** The default call, under the operation id {@code id}. */
  public static Call operation(String id) {
    return new Call(DEFAULT.deadline, id);
  }

  /** The default call, with another deadline. */
  public static Call within(Duration deadline) {
    return new Call(deadline, null);
  }

  /** This call, with another deadline. */
  public Call withDeadline(Duration other) {
    return new Call(other, operation);
  }

  private static boolean isOperation(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST_OPERATION
        && id.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\');
  }
}
