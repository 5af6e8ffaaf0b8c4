package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.time.Duration;

/** A clock that moves on by the same step whenever it is read. */
final class SteppingTicker implements Ticker {
  private final long stepNanos;
  private long now;

  SteppingTicker(Duration step) {
    this.stepNanos = step.toNanos();
  }

  @Override
  public long nanos() {
    now += stepNanos;
    return now;
  }
}
