package dev.holdfast.spi;

/** A monotonic clock. Only differences of its readings mean anything. Thread-safe. */
@FunctionalInterface
public interface Ticker {
  /** Nanoseconds since some fixed moment. */
  long nanos();
}
