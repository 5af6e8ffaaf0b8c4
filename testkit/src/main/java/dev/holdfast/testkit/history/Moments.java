package dev.holdfast.testkit.history;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A bound in time for each version of a key, and the operation that it comes from. */
final class Moments {
  private final long[] nanos;
  private final @Nullable Operation[] by;
  private final int[] of;

  Moments(int size, long unbounded) {
    nanos = new long[size];
    by = new Operation[size];
    of = new int[size];
    Arrays.fill(nanos, unbounded);
  }

  long nanos(int version) {
    return nanos[version];
  }

  /** The operation that the bound comes from; null if there is no bound. */
  @Nullable Operation by(int version) {
    return by[version];
  }

  /** The version that the bound was first put on. */
  int of(int version) {
    return of[version];
  }

  void atLeast(int version, long bound, Operation from) {
    if (bound > nanos[version]) {
      set(version, bound, from, version);
    }
  }

  void atMost(int version, long bound, Operation from) {
    if (bound < nanos[version]) {
      set(version, bound, from, version);
    }
  }

  /** Makes a lower bound hold for all later versions. */
  void rise() {
    for (int i = 1; i < nanos.length; i++) {
      if (nanos[i - 1] > nanos[i]) {
        set(i, nanos[i - 1], by[i - 1], of[i - 1]);
      }
    }
  }

  /** Makes an upper bound hold for all earlier versions. */
  void fall() {
    for (int i = nanos.length - 2; i >= 0; i--) {
      if (nanos[i + 1] < nanos[i]) {
        set(i, nanos[i + 1], by[i + 1], of[i + 1]);
      }
    }
  }

  private void set(int version, long bound, @Nullable Operation from, int first) {
    nanos[version] = bound;
    by[version] = from;
    of[version] = first;
  }
}
