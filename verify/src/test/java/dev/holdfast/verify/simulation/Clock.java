package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.LeaseTerms;

/**
 * A node's monotonic clock: it starts anywhere and runs up to 2 % too fast or too slow.
 *
 * @param rate local nanoseconds for one of the timeline's
 */
record Clock(Timeline time, double rate, long offset) {
  static final LeaseTerms TERMS = LeaseTerms.ofTtl(3 * Timeline.SECOND);

  long nanos() {
    return offset + (long) (time.now() * rate);
  }

  /** How long that many local nanoseconds really last. */
  long real(long nanos) {
    return (long) (nanos / rate);
  }
}
