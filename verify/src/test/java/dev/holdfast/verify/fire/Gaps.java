package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Operation;
import dev.holdfast.testkit.history.Told;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * For how long an entity did not answer: the longest time, within a span, in which no call on it
 * was answered. What is read at the end, when nothing happens any more, does not count. Immutable.
 */
final class Gaps {
  private final Map<String, long[]> successes = new LinkedHashMap<>();

  Gaps(List<Operation> operations) {
    Map<String, LongStream.Builder> returned = new LinkedHashMap<>();
    for (Operation operation : operations) {
      if (answered(operation.told()) && !operation.client().equals(Clients.LAST)) {
        returned
            .computeIfAbsent(operation.key(), key -> LongStream.builder())
            .add(operation.returnedNanos());
      }
    }
    returned.forEach((key, times) -> successes.put(key, times.build().sorted().toArray()));
  }

  /** Whether an owner gave an answer; that the revision is another one is an answer, too. */
  static boolean answered(Told told) {
    return told instanceof Told.Done
        || (told instanceof Told.Refused refused && refused.revision() != Told.UNTOLD);
  }

  /**
   * The longest of all entities, in milliseconds. Those that were not called before the span, or
   * not any more after it, do not count: nobody asked them all the time.
   */
  long longestMillis(long fromNanos, long toNanos) {
    long longest = 0;
    for (long[] times : successes.values()) {
      boolean asked = times[0] <= fromNanos && times[times.length - 1] >= toNanos;
      longest = Math.max(longest, asked ? longest(times, fromNanos, toNanos) : 0);
    }
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  private static long longest(long[] times, long from, long to) {
    int found = Arrays.binarySearch(times, from);
    long longest = 0;
    for (int i = Math.max(1, found < 0 ? -found - 1 : found); i < times.length; i++) {
      long begin = Math.max(from, times[i - 1]);
      if (begin >= to) {
        break;
      }
      longest = Math.max(longest, times[i] - begin);
    }
    return longest;
  }
}
