package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.time.Duration;

/** Turns the failures that owners answer into exceptions. */
final class Failures {
  private Failures() {}

  static OutcomeUnknown tooOld(Answer.TooOld answer, String operation) {
    return new OutcomeUnknown.TooOld(
        answer.reason() + "; read the entity to see, and send the change under another operation id"
            + " if it is still wanted",
        operation);
  }

  /** Whether {@code request} will be refused at any later time as well, whatever happens. */
  static boolean lasting(Answer.Failed failure, Request request) {
    return request.kind().reads()
        || switch (failure.kind()) {
          case UNKNOWN_TYPE, UNKNOWN_CHANGE, OPERATION_REUSED -> true;
          case INVALID_VALUE, TOO_LARGE -> request.kind() == Request.Kind.SET;
          case REVISION_MISMATCH ->
            request.expected() >= 0 && request.expected() < failure.detail();
          case NOT_FOUND, REJECTED, UNAVAILABLE -> false;
        };
  }

  static NotDone exception(Answer.Failed failure) {
    String message = failure.message();
    return switch (failure.kind()) {
      case NOT_FOUND -> new NotDone.NotFound(message, failure.detail() - 1);
      case UNKNOWN_TYPE -> new NotDone.UnknownType(message);
      case UNKNOWN_CHANGE -> new NotDone.UnknownChange(message);
      case INVALID_VALUE -> new NotDone.InvalidValue(message);
      case TOO_LARGE -> new NotDone.TooLarge(message);
      case REJECTED -> new NotDone.Rejected(message);
      case REVISION_MISMATCH -> new NotDone.RevisionMismatch(message, failure.detail());
      case OPERATION_REUSED -> new NotDone.OperationReused(message);
      case UNAVAILABLE -> new NotDone.Unavailable(message, Duration.ofMillis(failure.detail()));
    };
  }
}
