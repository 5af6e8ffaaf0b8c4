package dev.holdfast.server.wire;

/** What a command tells its caller by ending. */
public enum ExitCode {
  /** It is done. */
  OK(0),
  /** It failed, and will fail again if nothing is changed. */
  ERROR(1),
  /** The command line or the configuration is wrong. */
  USAGE(2),
  /** There is no such entity, type or node. */
  NOT_FOUND(3),
  /** The entity is at another revision. */
  CONFLICT(4),
  /** Nobody could be reached, or the outcome is unknown: trying again may help. */
  UNAVAILABLE(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The exit code, 0 to 5: the larger, the more there is to say about it. */
  public int number() {
    return number;
  }
}
