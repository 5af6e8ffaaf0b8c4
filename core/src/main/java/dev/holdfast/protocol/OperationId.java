package dev.holdfast.protocol;

/**
 * What the text of an operation id says of its place among others. An id that says something can be
 * told from one that was forgotten, by its place alone; see {@link Forgotten}.
 */
public sealed interface OperationId {
  /**
   * Made by a node, {@code hf-12-4711}: the epoch of the node, which no other ever has, and a
   * number that only rises there.
   */
  record Made(long epoch, long number) implements OperationId {
    @Override
    public String toString() {
      return PREFIX + epoch + "-" + number;
    }
  }

  /** A UUID of version 7, by the milliseconds it begins with. */
  record Timed(long millis) implements OperationId {}

  /** Any other text: it has no place. */
  record Chosen() implements OperationId {}

  /** What the ids begin with that nodes make. */
  String PREFIX = "hf-";

  /** What {@code text} says. */
  static OperationId parse(String text) {
    if (text.startsWith(PREFIX)) {
      int dash = text.indexOf('-', PREFIX.length());
      long epoch = dash < 0 ? -1 : number(text, PREFIX.length(), dash);
      long number = dash < 0 ? -1 : number(text, dash + 1, text.length());
      return epoch < 0 || number < 0 ? new Chosen() : new Made(epoch, number);
    }
    return isUuid7(text) ? new Timed(millis(text)) : new Chosen();
  }

  /** The time that a UUID of version 7 carries. */
  static long millis(String uuid7) {
    return (Long.parseLong(uuid7, 0, 8, 16) << 16) | Long.parseLong(uuid7, 9, 13, 16);
  }

  /** One way to write a number and no other, so that no two texts are the same id; else -1. */
  private static long number(String text, int from, int to) {
    boolean canonical =
        to > from && to - from <= 18 && (text.charAt(from) != '0' || to - from == 1);
    long number = 0;
    for (int i = from; canonical && i < to; i++) {
      int digit = text.charAt(i) - '0';
      canonical = digit >= 0 && digit <= 9;
      number = 10 * number + digit;
    }
    return canonical ? number : -1;
  }

  private static boolean isUuid7(String text) {
    if (text.length() != 36 || text.charAt(14) != '7' || "89abAB".indexOf(text.charAt(19)) < 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (dash ? c != '-' : !digit) {
        return false;
      }
    }
    return true;
  }
}
