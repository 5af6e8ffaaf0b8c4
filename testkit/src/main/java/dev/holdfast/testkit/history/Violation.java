package dev.holdfast.testkit.history;

import java.util.List;
import java.util.Locale;

/**
 * Something that no order of the calls explains. Immutable.
 *
 * @param what what is wrong, in one sentence
 * @param operations the few operations that contradict each other
 */
public record Violation(String key, String what, List<Operation> operations) {
  /** Copies the list. */
  public Violation {
    operations = List.copyOf(operations);
  }

  /** What is wrong, then a line for each operation, with times from the first call of these on. */
  @Override
  public String toString() {
    long origin = operations.stream().mapToLong(Operation::calledNanos).min().orElse(0);
    StringBuilder text = new StringBuilder(key).append(": ").append(what);
    if (!operations.isEmpty()) {
      text.append("; nanoseconds since ").append(origin);
    }
    for (Operation operation : operations) {
      text.append("\n  ").append(times(operation, origin)).append("  ").append(operation);
    }
    return text.toString();
  }

  private static String times(Operation operation, long origin) {
    long end = operation.endedNanos();
    String until = end == Long.MAX_VALUE ? "?" : String.format(Locale.ROOT, "%,d", end - origin);
    return String.format(Locale.ROOT, "%,15d to %15s", operation.calledNanos() - origin, until);
  }
}
