package dev.holdfast.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What the owner of one entity knows of its copies: whether there may be some, whether their end
 * was asked for, and whether a reader gets another. Confined to its owner's thread.
 */
final class CopiesOut {
  /** Null as long as no copy was wanted and none was found: most entities are read nowhere else. */
  private @Nullable GrantPolicy policy;

  /** An owner that has just begun does not know what was granted before. */
  private boolean some = true;

  private boolean ending;

  /** Whether the end of all copies was asked for, and they are not gone yet. */
  boolean ending() {
    return ending;
  }

  /** A reader would keep a copy of the value that is shown: whether it may. */
  boolean grant() {
    boolean granted = !ending && policy().grants();
    some |= granted;
    return granted;
  }

  /** All copies must go: whether there may be any whose end was not asked for yet. */
  boolean end() {
    boolean ask = some;
    some = false;
    ending |= ask;
    return ask;
  }

  /** The value is about to change; else as {@link #end()}. */
  boolean endForChange() {
    if (policy != null) {
      policy.changes();
    }
    return end();
  }

  /** They are gone. */
  void ended(int copies, int uses) {
    ending = false;
    if (copies > 0) {
      policy().revoked(copies, uses);
    }
  }

  private GrantPolicy policy() {
    if (policy == null) {
      policy = new GrantPolicy();
    }
    return policy;
  }
}
