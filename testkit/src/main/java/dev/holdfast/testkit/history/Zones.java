package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges a key that is written and read by its values alone, which must be unique.
 *
 * <p>The zone of a value lies between the earliest return and the latest call of its write and
 * reads. If the return comes first, the value was there all that time; otherwise one moment in
 * between will do. So a history is linearizable if and only if no two zones of the first kind
 * overlap, no zone of the second kind lies within one of the first, and no read ended before its
 * write began (P. B. Gibbons, E. Korach, 'Testing shared memories', SIAM J. Comput. 26(4), 1997). A
 * write of unknown outcome counts only if its value was read. O(n log n).
 */
final class Zones {
  private final Start start;
  private final Findings findings;
  private final Map<String, Life> lives = new HashMap<>();
  private final Life first = new Life(null);

  private Zones(Start start, Findings findings) {
    this.start = start;
    this.findings = findings;
    if (start.value() != null) {
      lives.put(start.value(), first);
    }
  }

  static void judge(Start start, List<Operation> operations, Findings findings) {
    new Zones(start, findings).judge(operations);
  }

  /** One value, from its write to its last read. */
  private static final class Life {
    private final @Nullable Operation write;
    private @Nullable Operation earliest;
    private @Nullable Operation latest;
    private long earliestNanos = Long.MIN_VALUE;
    private long latestNanos = Long.MIN_VALUE;
    private boolean seen = true;

    Life(@Nullable Operation write) {
      this.write = write;
      if (write != null) {
        seen = write.done();
        earliest = write;
        latest = write;
        earliestNanos = write.endedNanos();
        latestNanos = write.calledNanos();
      }
    }

    boolean refused() {
      return write != null && write.refused();
    }

    void readBy(Operation read) {
      seen = true;
      if (read.exact() && read.endedNanos() < earliestNanos) {
        earliestNanos = read.endedNanos();
        earliest = read;
      }
      if (read.freshNanos() > latestNanos) {
        latestNanos = read.freshNanos();
        latest = read;
      }
    }

    boolean lasts() {
      return earliestNanos < latestNanos;
    }

    long low() {
      return Math.min(earliestNanos, latestNanos);
    }

    long high() {
      return Math.max(earliestNanos, latestNanos);
    }
  }

  private void judge(List<Operation> operations) {
    for (Operation operation : operations) {
      if (!operation.reads()) {
        write(operation);
      }
    }
    for (Operation operation : operations) {
      if (operation.reads()) {
        read(operation);
      }
    }
    if (findings.none()) {
      zones();
    }
  }

  private void write(Operation operation) {
    String value = value(operation);
    Life other = lives.get(value);
    if (other != null && operation.refused()) {
      return; // refused, and perhaps asked again
    }
    lives.put(value, new Life(operation));
    if (other != null && !other.refused()) {
      throw new IllegalArgumentException("value \"" + value + "\" of " + operation.key()
          + " is not unique: judge it by revisions");
    }
  }

  private static String value(Operation operation) {
    if (operation.asked() instanceof Asked.Write write) {
      return write.value();
    }
    if (operation.asked() instanceof Asked.WriteIf write) {
      return write.value();
    }
    throw new IllegalArgumentException(
        operation.key() + " must be judged by revisions: " + operation);
  }

  private void read(Operation operation) {
    if (operation.done()) {
      read(operation, lives.get(operation.valueRead()));
    } else if (operation.refused() && operation.revision() == Entity.ABSENT) {
      read(operation, start.value() == null ? first : null);
    }
  }

  private void read(Operation read, @Nullable Life life) {
    Operation write = life == null ? null : life.write;
    if (life == null) {
      findings.add("it is shown what was never there", read);
    } else if (write != null && write.refused()) {
      findings.add("a value is shown that was refused", write, read);
    } else if (write != null && read.endedNanos() < write.calledNanos()) {
      findings.add("a value is shown before the call that wrote it", read, write);
    } else {
      life.readBy(read);
    }
  }

  private void zones() {
    List<Life> all = new ArrayList<>();
    for (Life life : lives.values()) {
      if (life.seen) {
        all.add(life);
      }
    }
    if (start.value() == null) {
      all.add(first);
    }
    List<Life> lasting = new ArrayList<>();
    for (Life life : all) {
      if (life.lasts()) {
        lasting.add(life);
      }
    }
    lasting.sort(Comparator.comparingLong(Life::low).thenComparingLong(Life::high));
    for (int i = 1; i < lasting.size(); i++) {
      Life before = lasting.get(i - 1);
      Life after = lasting.get(i);
      if (after.low() < before.high()) {
        together(before, after);
        return;
      }
    }
    for (Life life : all) {
      if (!life.lasts() && within(life, lasting)) {
        return;
      }
    }
  }

  private boolean within(Life life, List<Life> lasting) {
    int low = 0;
    int high = lasting.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lasting.get(middle).low() < life.low()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    Life around = low == 0 ? null : lasting.get(low - 1);
    if (around == null || life.high() >= around.high()) {
      return false;
    }
    together(around, life);
    return true;
  }

  private void together(Life one, Life other) {
    findings.add(
        name(one) + " and " + name(other) + " must both have been the value at one moment",
        one.write,
        one.earliest,
        one.latest,
        other.write,
        other.earliest,
        other.latest);
  }

  private String name(Life life) {
    if (life.write != null) {
      return "\"" + value(Objects.requireNonNull(life.write)) + "\"";
    }
    return start.value() == null ? "absence" : "\"" + start.value() + "\"";
  }
}
