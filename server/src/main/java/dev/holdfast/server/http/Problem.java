package dev.holdfast.server.http;

import dev.holdfast.Entity;
import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.server.wire.FailureKind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed, as RFC 9457 has it.
 *
 * @param kind which of the known failures it is
 * @param detail what happened this time, for people
 * @param unknown whether the request may have had its effect
 * @param retryAfter when to try again; null if that would not help
 * @param more further members
 */
record Problem(
    FailureKind kind,
    String detail,
    boolean unknown,
    @Nullable Duration retryAfter,
    Map<String, Object> more) {

  static Problem of(FailureKind kind, String detail) {
    return new Problem(kind, detail, false, null, Map.of());
  }

  static Problem unavailable(String detail) {
    return new Problem(FailureKind.UNAVAILABLE, detail, false, Duration.ofSeconds(1), Map.of());
  }

  /** What to tell about {@code failure}; empty if it is none that was foreseen. */
  static Optional<Problem> of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof Refused refused) {
      return Optional.of(refused.problem());
    }
    if (failure instanceof HoldfastException known) {
      return FailureKind.of(known.code()).map(kind -> of(kind, known));
    }
    return Optional.empty();
  }

  private static Problem of(FailureKind kind, HoldfastException failure) {
    String detail = String.valueOf(failure.getMessage());
    Map<String, Object> more = new TreeMap<>();
    Duration retryAfter = null;
    if (failure instanceof OutcomeUnknown unknown) {
      more.put("operation", unknown.operation());
    } else if (failure instanceof NotDone.RevisionMismatch mismatch
        && mismatch.current() != Entity.ABSENT) {
      more.put("currentRevision", mismatch.current());
    } else if (failure instanceof NotDone.Unavailable unavailable) {
      retryAfter = unavailable.retryAfter();
    }
    return new Problem(kind, detail, failure instanceof OutcomeUnknown, retryAfter, more);
  }
}
