package dev.holdfast.verify.simulation;

/** A promise that was broken. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int subject;

  /**
   * A broken promise.
   *
   * @param subject whose; see {@link Trace}
   */
  Violation(int subject, String what) {
    super(what);
    this.subject = subject;
  }

  int subject() {
    return subject;
  }
}
