package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;

/** The machine's monotonic clock: the one place in the product that reads it. Thread-safe. */
public final class SystemTicker implements Ticker {
  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
