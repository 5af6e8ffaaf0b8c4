package dev.holdfast.runtime;

import dev.holdfast.protocol.OperationId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Names the operations of this node: its epoch, which no other node ever has, and a number that
 * only rises. Thread-safe.
 */
final class OperationNames {
  private final LongSupplier epoch;
  private final AtomicLong last = new AtomicLong();

  OperationNames(LongSupplier epoch) {
    this.epoch = epoch;
  }

  /** A name that was never given before. */
  String next() {
    return new OperationId.Made(epoch.getAsLong(), last.incrementAndGet()).toString();
  }

  /**
   * An entity refused {@code operation}, because it has forgotten numbers up to {@code number}. If
   * that was one of ours, go on beyond it, so that the next is not refused for the same reason.
   */
  void tooOld(String operation, long number) {
    if (OperationId.parse(operation) instanceof OperationId.Made made
        && made.epoch() == epoch.getAsLong()) {
      last.accumulateAndGet(number, Math::max);
    }
  }
}
