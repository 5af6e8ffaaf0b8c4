package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges a counter that amounts are added to. If all amounts are the same, its value tells how
 * often it was added to, and so its version. If not, the revisions tell, and the value of each is
 * the sum of the amounts up to it.
 */
final class Counter {
  private final Start start;
  private final long first;
  private final List<Operation> operations;
  private final Findings findings;
  private final boolean byRevisions;
  private final long step;
  private final List<Placed> told = new ArrayList<>();
  private final List<Operation> open = new ArrayList<>();
  private int adds;

  private Counter(Start start, List<Operation> operations, boolean byRevisions, Findings findings) {
    this.start = start;
    this.first = start.value() == null ? 0 : Long.parseLong(start.value());
    this.operations = operations;
    this.byRevisions = byRevisions;
    this.findings = findings;
    this.step = step(operations);
    if (step == 0 && !byRevisions) {
      throw new IllegalArgumentException("the amounts that are added to "
          + operations.get(0).key() + " differ: judge it by revisions");
    }
  }

  static void judge(
      Start start, List<Operation> operations, boolean byRevisions, Findings findings) {
    new Counter(start, operations, byRevisions, findings).judge();
  }

  /** The one amount that is added, any if there is none; 0 if there are several. */
  private static long step(List<Operation> operations) {
    long[] amounts = operations.stream()
        .filter(operation -> !operation.reads() && !operation.refused())
        .mapToLong(Counter::amount)
        .distinct()
        .limit(2)
        .toArray();
    return amounts.length == 0 ? 1 : amounts.length == 1 ? amounts[0] : 0;
  }

  private static long amount(Operation operation) {
    return operation.asked() instanceof Asked.Add add ? add.amount() : 0;
  }

  private void judge() {
    operations.forEach(this::sort);
    Versions versions = Versions.reaching(start.revision(), told, adds, findings);
    if (versions != null && findings.none()) {
      Sums sums = new Sums(versions);
      told.forEach(sums::learn);
      sums.fill();
    }
  }

  private void sort(Operation operation) {
    if (operation.unknown() || operation.done()) {
      adds += operation.reads() ? 0 : 1;
    }
    boolean judged = byRevisions || operation.reads();
    if (operation.unknown()) {
      if (!operation.reads()) {
        open.add(operation);
      }
    } else if (operation.done()) {
      done(operation);
    } else if (judged && operation.revision() == Entity.ABSENT) {
      absence(operation);
    } else if (byRevisions && operation.revision() != Told.UNTOLD) {
      told.add(new Placed(operation, operation.revision()));
    }
  }

  private void absence(Operation operation) {
    if (start.value() == null) {
      told.add(new Placed(operation, start.revision()));
    } else {
      findings.add("the counter was said not to exist, which it did all the time", operation);
    }
  }

  private void done(Operation operation) {
    if (operation.reads()) {
      operation.valueRead();
    }
    long byValue = byValue(operation);
    long revision = byRevisions ? operation.revision() : Told.UNTOLD;
    if (revision == Told.UNTOLD) {
      revision = byValue;
    } else if (byValue != Told.UNTOLD && byValue != revision) {
      findings.add(
          "revision " + revision + " is shown with the value of revision " + byValue, operation);
    }
    if (revision != Told.UNTOLD) {
      told.add(new Placed(operation, revision));
    } else if (!operation.reads()) {
      open.add(operation);
    } else if (findings.none()) {
      throw new IllegalArgumentException(
          "amounts differ and this read tells no revision: " + operation);
    }
  }

  /** The revision that the value belongs to, if it tells. */
  private long byValue(Operation operation) {
    if (operation.value() == null || step == 0) {
      return Told.UNTOLD;
    }
    long sum = Long.parseLong(operation.value()) - first;
    if (sum % step != 0 || sum / step < 0) {
      findings.add("the value is not a sum of what was added", operation);
      return Told.UNTOLD;
    }
    return start.revision() + sum / step;
  }

  /** The value of each version, as far as it is known. */
  private final class Sums {
    private final Versions versions;
    private final @Nullable Long[] sums;
    private final @Nullable Operation[] by;
    private final @Nullable Long[] wanted;

    Sums(Versions versions) {
      this.versions = versions;
      this.sums = new Long[versions.last() + 1];
      this.by = new Operation[versions.last() + 1];
      this.wanted = new Long[versions.last() + 1];
      sums[0] = first;
    }

    void learn(Placed placed) {
      Operation operation = placed.operation();
      int version = versions.version(placed.revision());
      if (operation.reads() || operation.refused()) {
        versions.shown(version, operation);
      } else {
        versions.wrote(version, operation);
      }
      String value = operation.value();
      if (findings.none() && value != null) {
        sum(version, Long.parseLong(value), operation);
      }
    }

    private void sum(int version, long value, Operation from) {
      Long known = sums[version];
      if (known == null) {
        sums[version] = value;
        by[version] = from;
      } else if (known != value) {
        findings.add(
            "revision " + versions.revision(version) + " has two values, " + known + " and "
                + value,
            by[version],
            from);
      }
    }

    void fill() {
      int from = 0;
      for (int i = 1; i <= versions.last() && findings.none(); i++) {
        if (sums[i] != null) {
          stretch(from, i);
          from = i;
        }
      }
      if (findings.none() && versions.settle()) {
        new Filling(versions, open, this::fits, findings).judge();
      }
    }

    /** Looks at the versions between two whose values are known. */
    private void stretch(int from, int to) {
      long missing = value(to) - value(from);
      int gap = 0;
      int gaps = 0;
      for (int i = from + 1; i <= to; i++) {
        Operation write = versions.writer(i);
        if (write == null) {
          gap = i;
          gaps++;
        } else {
          missing -= amount(write);
        }
      }
      if (gaps == 1) {
        wanted[gap] = missing;
      } else if (gaps == 0 && missing != 0) {
        findings.add(
            "the value of revision " + versions.revision(to)
                + " is not the sum of what was added, but off by " + missing,
            by[from],
            versions.writer(to),
            by[to]);
      }
    }

    private long value(int version) {
      Long sum = sums[version];
      return sum == null ? 0 : sum;
    }

    private boolean fits(int version, Operation write) {
      Long amount = wanted[version];
      return amount == null || amount == amount(write);
    }
  }
}
