package dev.holdfast;

/**
 * The change may have happened, or may still happen. Unless it is {@link TooOld}, send it again
 * with the same operation id (see {@link Call#operation}) to learn which: a change that happened is
 * never applied twice.
 */
public sealed class OutcomeUnknown extends HoldfastException {
  private static final long serialVersionUID = 1;

  private final String operation;

  public OutcomeUnknown(String message, String operation) {
    super(message);
    this.operation = operation;
  }

  /** The operation id to retry with. */
  public final String operation() {
    return operation;
  }

  @Override
  public String code() {
    return "outcome-unknown";
  }

  /**
   * The operation is older than what the entity remembers: nobody can tell any more whether it was
   * applied, so it was not applied now. Sending it again tells nothing more. Read the entity; if
   * the change is not there and is still wanted, send it under another operation id.
   */
  public static final class TooOld extends OutcomeUnknown {
    private static final long serialVersionUID = 1;

    public TooOld(String message, String operation) {
      super(message, operation);
    }

    @Override
    public String code() {
      return "operation-too-old";
    }
  }
}
