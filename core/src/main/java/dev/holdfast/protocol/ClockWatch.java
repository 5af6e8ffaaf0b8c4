package dev.holdfast.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Compares the clock that leases are counted on with one that also goes on while the machine is
 * suspended.
 *
 * <p>A lease must not outlive a time during which its own clock stood still, since others' clocks
 * went on. What matters is the one direction: the monotonic clock advanced less. It is compared
 * from each reading to the next, so that slow drift, which {@link LeaseTerms} allows for, does not
 * add up.
 *
 * <p>Confined to one thread.
 */
public final class ClockWatch {
  private final long marginNanos;
  private @Nullable Long monotonicBefore;
  private @Nullable Long otherBefore;

  /** @param marginNanos by how much the two may differ from one reading to the next */
  public ClockWatch(long marginNanos) {
    this.marginNanos = marginNanos;
  }

  /** Takes in both clocks; answers whether the monotonic one stood still since the last time. */
  public boolean stoodStill(long monotonicNanos, long otherNanos) {
    boolean still = monotonicBefore != null
        && otherBefore != null
        && (otherNanos - otherBefore) - (monotonicNanos - monotonicBefore) > marginNanos;
    monotonicBefore = monotonicNanos;
    otherBefore = otherNanos;
    return still;
  }
}
