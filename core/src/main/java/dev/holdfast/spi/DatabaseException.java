package dev.holdfast.spi;

/** The database did not answer as it should. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean unknown;

  private DatabaseException(String message, boolean unknown, Throwable cause) {
    super(message, cause);
    this.unknown = unknown;
  }

  /** The statement certainly had no effect and will have none. */
  public static DatabaseException notDone(String message, Throwable cause) {
    return new DatabaseException(message, false, cause);
  }

  /** The statement may have had its effect, or may have it later. */
  public static DatabaseException outcomeUnknown(String message, Throwable cause) {
    return new DatabaseException(message, true, cause);
  }

  /** Whether the statement may have had its effect, now or later. */
  public boolean unknown() {
    return unknown;
  }
}
