package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a key that is written, compared and set, deleted and read, by the revisions that clients
 * were told.
 */
final class Register {
  private final Start start;
  private final Findings findings;
  private final List<Placed> told = new ArrayList<>();
  private final List<Operation> absences = new ArrayList<>();
  private final List<Operation> open = new ArrayList<>();
  private final List<Operation> operations;

  private Register(Start start, List<Operation> operations, Findings findings) {
    this.start = start;
    this.operations = operations;
    this.findings = findings;
  }

  static void judge(Start start, List<Operation> operations, Findings findings) {
    new Register(start, operations, findings).judge();
  }

  private void judge() {
    operations.forEach(this::sort);
    int writes = open.size();
    for (Placed placed : told) {
      writes += placed.operation().done() && !placed.operation().reads() ? 1 : 0;
    }
    Versions versions = Versions.reaching(start.revision(), told, writes, findings);
    if (versions != null) {
      new Known(versions).judge();
    }
  }

  /** A write that was done at the revision that it expected made the next one. */
  private static long revision(Operation operation) {
    return operation.done()
            && operation.revision() == Told.UNTOLD
            && operation.asked() instanceof Asked.WriteIf writeIf
            && writeIf.expected() >= 0
        ? writeIf.expected() + 1
        : operation.revision();
  }

  private void sort(Operation operation) {
    if (operation.unknown()) {
      if (!operation.reads()) {
        open.add(operation);
      }
    } else if (operation.refused() && operation.revision() == Entity.ABSENT) {
      absences.add(operation);
    } else if (revision(operation) != Told.UNTOLD) {
      told.add(new Placed(operation, revision(operation)));
    } else if (operation.done()) {
      if (operation.reads()) {
        throw new IllegalArgumentException("this read tells no revision: judge " + operation.key()
            + " without revisions; " + operation);
      }
      open.add(operation);
    }
  }

  /** The value that a write leaves; null if the key does not exist any more. */
  private @Nullable String leaves(Operation write) {
    if (write.asked() instanceof Asked.Write asked) {
      return asked.value();
    }
    return write.asked() instanceof Asked.WriteIf asked ? asked.value() : start.afterDelete();
  }

  /** What is known of each version. */
  private final class Known {
    private final Versions versions;
    private final Presence presence;
    private final @Nullable String[] values;
    private final @Nullable Operation[] valuesBy;

    Known(Versions versions) {
      this.versions = versions;
      this.presence = new Presence(versions, start.value() != null, findings);
      this.values = new String[versions.last() + 1];
      this.valuesBy = new Operation[versions.last() + 1];
      values[0] = start.value();
    }

    void judge() {
      told.forEach(this::learn);
      absences.forEach(this::refusal);
      if (findings.none()) {
        new Sources(this).find();
      }
      boolean deletesOpen = open.stream().anyMatch(write -> leaves(write) == null);
      if (!deletesOpen) {
        presence.nothingElseIsDeleted();
      }
      if (findings.none() && versions.settle()) {
        absences(deletesOpen);
      }
      if (findings.none() && versions.settle()) {
        new Filling(versions, open, this::fits, findings).judge();
      }
    }

    private void learn(Placed placed) {
      Operation operation = placed.operation();
      int version = versions.version(placed.revision());
      if (operation.done() && !operation.reads()) {
        wrote(version, operation);
        return;
      }
      versions.shown(version, operation);
      presence.learn(version, true, operation);
      if (operation.done()) {
        value(version, operation.valueRead(), operation);
      } else {
        refusal(operation);
      }
    }

    private void wrote(int version, Operation write) {
      versions.wrote(version, write);
      if (!findings.none()) {
        return;
      }
      String value = leaves(write);
      presence.learn(version, write, value != null);
      if (value != null) {
        value(version, value, write);
      }
      if (write.value() != null && !write.value().equals(value)) {
        findings.add("it was told another value than it wrote", write);
      }
      if (write.asked() instanceof Asked.WriteIf writeIf
          && writeIf.expected() >= 0
          && writeIf.expected() + 1 != versions.revision(version)) {
        findings.add("it was done at another revision than it expected", write);
      }
    }

    private void value(int version, String value, Operation from) {
      if (values[version] == null) {
        values[version] = value;
        valuesBy[version] = from;
      } else if (!value.equals(values[version])) {
        findings.add(
            "revision " + versions.revision(version) + " has two values, \"" + values[version]
                + "\" and \"" + value + "\"",
            valuesBy[version],
            from);
      }
    }

    private void refusal(Operation refused) {
      if (refused.asked() instanceof Asked.WriteIf writeIf
          && writeIf.expected() == refused.revision()) {
        findings.add("it was refused though the key was as it expected", refused);
      }
    }

    private boolean fits(int version, Operation write) {
      String value = leaves(write);
      return presence.may(version, write, value != null)
          && (values[version] == null || values[version].equals(value));
    }

    private void absences(boolean deletesOpen) {
      if (absences.isEmpty()) {
        return;
      }
      List<Integer> absent = new ArrayList<>();
      for (int i = 0; i <= versions.last(); i++) {
        if (presence.may(i, false)) {
          absent.add(i);
        }
      }
      boolean sure = open.stream().noneMatch(Operation::done);
      for (Operation operation : absences) {
        absence(operation, absent, deletesOpen, sure);
      }
    }

    /**
     * It must have been so in one of the versions in which the key does not exist. The earliest
     * that may have lasted until the call is the best choice, as any other one is an upper bound to
     * more versions; but not for certain if lower bounds matter, too, to writes that were done and
     * whose version is not known.
     */
    private void absence(
        Operation operation, List<Integer> absent, boolean deletesOpen, boolean sure) {
      int low = 0;
      int high = absent.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (versions.endsNanos(absent.get(middle)) >= operation.freshNanos()) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      if (low < absent.size()) {
        int version = absent.get(low);
        if (sure && !presence.may(version, true)) {
          versions.shown(version, operation);
        }
      } else if (!deletesOpen) {
        Operation later =
            absent.isEmpty() ? null : versions.shownLater(absent.get(absent.size() - 1));
        findings.add("the key was said not to exist, which it did all the time", later, operation);
      }
    }
  }

  /** Finds the writes of unknown revision whose values were seen. */
  private final class Sources {
    private final Known known;
    private final Map<String, List<Integer>> seen = new HashMap<>();
    private final Map<String, List<Operation>> writers = new HashMap<>();
    private final Set<Operation> placed = Collections.newSetFromMap(new IdentityHashMap<>());

    Sources(Known known) {
      this.known = known;
    }

    void find() {
      for (int gap : known.versions.gaps()) {
        String value = known.values[gap];
        if (value != null) {
          seen.computeIfAbsent(value, v -> new ArrayList<>(1)).add(gap);
        }
      }
      for (Operation write : open) {
        String value = leaves(write);
        if (value != null && seen.containsKey(value)) {
          writers.computeIfAbsent(value, v -> new ArrayList<>(1)).add(write);
        }
      }
      seen.forEach((value, gaps) -> find(value, gaps, writers.getOrDefault(value, List.of())));
      open.removeIf(placed::contains);
    }

    private void find(String value, List<Integer> gaps, List<Operation> from) {
      int version = gaps.get(0);
      if (from.isEmpty()) {
        neverWritten(value, version);
      } else if (from.size() < gaps.size()) {
        findings.add(
            "value \"" + value + "\" is that of two revisions, and was written once",
            from.get(0),
            known.valuesBy[version],
            known.valuesBy[gaps.get(1)]);
      } else if (from.size() == 1) {
        made(version, from.get(0));
      }
    }

    private void made(int version, Operation write) {
      boolean elsewhere = write.asked() instanceof Asked.WriteIf writeIf
          && writeIf.expected() >= 0
          && writeIf.expected() + 1 != known.versions.revision(version);
      if (elsewhere) {
        findings.add(
            "it took effect at revision " + known.versions.revision(version)
                + ", which is not the one after what it expected",
            write,
            known.valuesBy[version]);
        return;
      }
      known.versions.wrote(version, write);
      known.presence.learn(version, write, true);
      placed.add(write);
    }

    private void neverWritten(String value, int version) {
      Operation refused = operations.stream()
          .filter(operation -> !operation.reads() && value.equals(leaves(operation)))
          .findFirst()
          .orElse(null);
      String why = refused == null
          ? "which nobody wrote"
          : refused.refused() ? "which was refused" : "which is another revision's";
      findings.add(
          "revision " + known.versions.revision(version) + " is shown with value \"" + value
              + "\", " + why,
          refused,
          known.valuesBy[version]);
    }
  }
}
