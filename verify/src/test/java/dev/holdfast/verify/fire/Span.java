package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Operation;
import dev.holdfast.testkit.history.Told;
import java.util.List;

/**
 * From the first call to the last that was done. Immutable.
 *
 * @param nanos at least 1
 */
record Span(long beganNanos, long nanos) {
  static Span of(List<Operation> operations) {
    long began = operations.stream().mapToLong(Operation::calledNanos).min().orElse(0);
    long ended = operations.stream()
        .filter(operation -> operation.told() instanceof Told.Done)
        .mapToLong(Operation::returnedNanos)
        .max()
        .orElse(began);
    return new Span(began, Math.max(1, ended - began));
  }
}
