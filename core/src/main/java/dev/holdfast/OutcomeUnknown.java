package dev.holdfast;

/**
 * The change may have happened, or may still happen. Send it again with the same operation id (see
 * {@link Call#operation}) to learn which: a change that happened is never applied twice.
 */
public final class OutcomeUnknown extends HoldfastException {
  private static final long serialVersionUID = 1;

  private final String operation;

  public OutcomeUnknown(String message, String operation) {
    super(message);
    this.operation = operation;
  }

  /** The operation id to retry with. */
  public String operation() {
    return operation;
  }

  @Override
  public String code() {
    return "outcome-unknown";
  }
}
