package dev.holdfast;

/**
 * Why an operation did not answer. Its two subclasses are the one thing a caller must act on:
 * {@link NotDone} happened for certain <em>not</em>; {@link OutcomeUnknown} may have happened.
 */
public abstract sealed class HoldfastException extends RuntimeException
    permits NotDone, OutcomeUnknown {
  private static final long serialVersionUID = 1;

  HoldfastException(String message) {
    super(message);
  }

  /** A stable name of the kind of failure, such as {@code not-found}; the same over HTTP. */
  public abstract String code();
}
