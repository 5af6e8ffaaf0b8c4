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
    return isUuid7(text)
        ? new Timed(Long.parseLong(text.substring(0, 8) + text.substring(9, 13), 16))
        : new Chosen();
  }

  /** One way to write a number and no other, so that no two texts are the same id; else -1. */
  private static long number(String text, int from, int to) {
    boolean canonical =
        to > from && to - from <= 18 && (text.charAt(from) != '0' || to - from == 1);
    for (int i = from; canonical && i < to; i++) {
      canonical = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return canonical ? Long.parseLong(text, from, to, 10) : -1;
  }

  private static boolean isUuid7(String text) {
    if (text.length() != 36 || text.charAt(14) != '7' || "89abAB".indexOf(text.charAt(19)) < 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(i);
      if (dash ? c != '-' : c >= 128 || Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
