package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import org.jspecify.annotations.Nullable;

/**
 * How a key was before the first call of a history. Immutable.
 *
 * @param revision the next write makes one more
 * @param value null if the key did not exist, which for a list is the same as an empty one, and for
 *     a counter the same as 0
 * @param afterDelete the value that a deletion leaves; null if the key does not exist any more then
 */
public record Start(
    long revision, @Nullable String value, @Nullable String afterDelete) {
  /** A key that was never there: the first write makes revision 0. */
  public static Start absent() {
    return new Start(Entity.ABSENT, null, null);
  }

  /** A key of a type with an initial value, never written: the first write makes revision 1. */
  public static Start initial(String value) {
    return new Start(0, value, value);
  }

  /** A key that was there, at a revision. */
  public static Start at(long revision, String value) {
    return new Start(revision, value, null);
  }
}
