package dev.holdfast.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one key, one for each write that was done, numbered from 0, which was there at
 * first.
 *
 * <h2>Why bounds are enough</h2>
 *
 * Calls on a key are linearizable if there are moments m(1) &lt;= m(2) &lt;= … at which the
 * versions begin, such that each write makes its version during its call, and each read of version
 * i has a moment between m(i) and m(i+1) during its call. Each of these demands bounds one m(i): a
 * write of i from below by its call and from above by its return; a read of i has m(i) begin before
 * it returns and m(i+1) not before it was called. So moments exist if and only if no lower bound of
 * a version is after an upper bound of the same or a later one. Two passes over the versions tell.
 *
 * <h2>Stale reads</h2>
 *
 * These may have asked the database, which is ahead of the owner while a write is being made known.
 * So m(i) may be after such a read of i returned; it is only demanded that all writes up to i had
 * been called by then. That the version was the newest at some moment since then is demanded as
 * above, with an earlier call.
 *
 * <h2>Writes whose version nobody told</h2>
 *
 * They must fill the versions that nobody else made: see {@link Filling}. A write of unknown
 * outcome fits a version if it was called by the time the version must have begun, whatever other
 * versions such writes fill, since they only raise lower bounds, and of no version above its upper
 * bound.
 */
final class Versions {
  private final long first;
  private final int last;
  private final Findings findings;
  private final @Nullable Operation[] writers;
  private final Moments begins;
  private final Moments begun;
  private final Moments asked;

  /**
   * @param first the revision of version 0
   * @param last the last version that anybody was told of
   */
  Versions(long first, int last, Findings findings) {
    this.first = first;
    this.last = last;
    this.findings = findings;
    this.writers = new Operation[last + 1];
    this.begins = new Moments(last + 2, Long.MIN_VALUE);
    this.begun = new Moments(last + 2, Long.MAX_VALUE);
    this.asked = new Moments(last + 2, Long.MAX_VALUE);
  }

  /**
   * The versions up to the highest revision that any of {@code told} tells of.
   *
   * @param writes how many writes there are that may have made one
   * @return null if that is impossible
   */
  static @Nullable Versions reaching(long first, List<Placed> told, int writes, Findings findings) {
    long top = first;
    for (Placed placed : told) {
      long revision = placed.revision();
      if (revision < first) {
        findings.add("a revision was told from before the start, " + first, placed.operation());
        return null;
      }
      if (revision - first > writes) {
        findings.add(
            "revision " + revision + " was told, but only " + writes
                + " writes may have been done since revision " + first,
            placed.operation());
        return null;
      }
      top = Math.max(top, revision);
    }
    return new Versions(first, (int) (top - first), findings);
  }

  int last() {
    return last;
  }

  long revision(int version) {
    return first + version;
  }

  int version(long revision) {
    return (int) (revision - first);
  }

  @Nullable Operation writer(int version) {
    return writers[version];
  }

  /** The version was made by that write. */
  void wrote(int version, Operation write) {
    if (version < 1) {
      findings.add("a write was told revision " + revision(version) + ", which was there", write);
      return;
    }
    Operation other = writers[version];
    if (other != null) {
      findings.add("revision " + revision(version) + " was made by two writes", other, write);
      return;
    }
    writers[version] = write;
    begins.atLeast(version, write.calledNanos(), write);
    begun.atMost(version, write.endedNanos(), write);
  }

  /** The version was shown by that answer. */
  void shown(int version, Operation answer) {
    begins.atLeast(version + 1, answer.freshNanos(), answer);
    (answer.exact() ? begun : asked).atMost(version, answer.endedNanos(), answer);
  }

  /** Tells whether there are moments at which the versions may have begun. */
  boolean settle() {
    begins.rise();
    begun.fall();
    asked.fall();
    for (int i = 0; i <= last; i++) {
      Operation write = writers[i];
      if (begins.nanos(i) > begun.nanos(i)) {
        backwards(begun.of(i), begun.by(i), begins.of(i), begins.by(i));
        return false;
      }
      if (write != null && write.calledNanos() > asked.nanos(i)) {
        backwards(asked.of(i), asked.by(i), i, write);
        return false;
      }
    }
    return true;
  }

  private void backwards(
      int told, @Nullable Operation teller, int beginning, @Nullable Operation later) {
    boolean wrote = beginning <= last && Objects.equals(writers[beginning], later);
    String call = wrote
        ? "that made revision " + revision(beginning)
        : "that was shown revision " + revision(beginning - 1);
    findings.add(
        "revision " + revision(told) + " was told before the call began " + call, teller, later);
  }

  /** Who showed that the version had ended by that moment, at the latest; null if nobody did. */
  @Nullable Operation shownLater(int version) {
    return begun.by(version + 1);
  }

  /** The latest moment at which the version may end. */
  long endsNanos(int version) {
    return begun.nanos(version + 1);
  }

  /** The versions that nobody is known to have made. */
  List<Integer> gaps() {
    return IntStream.rangeClosed(1, last)
        .filter(i -> writers[i] == null)
        .boxed()
        .toList();
  }

  /** The first version that the write was called in time for; one beyond the last if it is none. */
  int earliest(Operation write) {
    return bisect(i -> Math.min(begun.nanos(i), asked.nanos(i)) >= write.calledNanos());
  }

  /** The last version that had not begun for certain after the write ended. */
  int latest(Operation write) {
    return bisect(i -> begins.nanos(i) > write.endedNanos()) - 1;
  }

  /** Whether the write was done, and too early to have made a version after the last one. */
  boolean mustBeThere(Operation write) {
    return write.done() && write.returnedNanos() < begins.nanos(last + 1);
  }

  /** Who was told of the last version, after the write was done. */
  @Nullable Operation shownLast() {
    return begins.by(last + 1);
  }

  private int bisect(IntPredicate isThere) {
    int low = 1;
    int high = last + 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isThere.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The operations that are known of a version and its neighbours, to explain a gap. */
  List<Operation> around(int version) {
    List<Operation> known = new ArrayList<>();
    for (int i = Math.max(1, version - 1); i <= Math.min(last, version + 1); i++) {
      Operation write = writers[i];
      if (write != null) {
        known.add(write);
      }
    }
    Operation shown = begun.by(version);
    if (shown != null) {
      known.add(shown);
    }
    return known;
  }
}
