package dev.holdfast.server.cli;

import dev.holdfast.server.wire.ExitCode;
import dev.holdfast.server.wire.FailureKind;
import java.util.Optional;

/** A command did not do what it was asked for; the message says why, in words for its user. */
final class CommandFailure extends RuntimeException {
  static final String NOT_DONE = "not-done";
  static final String UNKNOWN = "unknown";

  private static final long serialVersionUID = 1;

  private final String code;
  private final String outcome;
  private final ExitCode exit;

  /**
   * A failure.
   *
   * @param code its stable name
   * @param outcome {@link #NOT_DONE} or {@link #UNKNOWN}
   */
  CommandFailure(String code, String message, String outcome, ExitCode exit) {
    super(message, null, false, false);
    this.code = code;
    this.outcome = outcome;
    this.exit = exit;
  }

  /** What a server answered, whose code may be newer than this client. */
  static CommandFailure answered(String code, int status, String message, String outcome) {
    Optional<FailureKind> kind = FailureKind.of(code);
    ExitCode byStatus = status == 502 || status == 503 || status == 504
        ? ExitCode.UNAVAILABLE
        : status == 412 ? ExitCode.CONFLICT : status == 404 ? ExitCode.NOT_FOUND : ExitCode.ERROR;
    boolean forEver = kind.filter(FailureKind.OPERATION_TOO_OLD::equals).isPresent();
    ExitCode exit = outcome.equals(UNKNOWN) && !forEver
        ? ExitCode.UNAVAILABLE
        : kind.map(FailureKind::exit).orElse(byStatus);
    return new CommandFailure(code, message, outcome, exit);
  }

  static CommandFailure unreachable(String message) {
    return new CommandFailure("unreachable", message, NOT_DONE, ExitCode.UNAVAILABLE);
  }

  static CommandFailure unavailable(String message) {
    return new CommandFailure("unavailable", message, NOT_DONE, ExitCode.UNAVAILABLE);
  }

  static CommandFailure usage(String message) {
    return new CommandFailure("usage", message, NOT_DONE, ExitCode.USAGE);
  }

  static CommandFailure cannotStart(String message) {
    return new CommandFailure("cannot-start", message, NOT_DONE, ExitCode.ERROR);
  }

  /** The same with another message. */
  CommandFailure with(String message) {
    return new CommandFailure(code, message, outcome, exit);
  }

  String message() {
    return String.valueOf(getMessage());
  }

  String code() {
    return code;
  }

  String outcome() {
    return outcome;
  }

  ExitCode exit() {
    return exit;
  }
}
