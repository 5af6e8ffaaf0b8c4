package dev.holdfast.testkit.history;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a history was found to be. Immutable.
 *
 * @param operations how many there were; these are reads and writes
 * @param keys on how many keys
 * @param reads how many of the operations asked for a value
 * @param writes how many asked for anything else
 * @param unknown how many operations may or may not have been done
 * @param refused how many were certainly not done
 * @param violations what is wrong; few for each key, as one error leads to many contradictions
 */
public record Verdict(
    long operations,
    long keys,
    long reads,
    long writes,
    long unknown,
    long refused,
    List<Violation> violations) {
  private static final int SHOWN = 20;

  /** Copies the list. */
  public Verdict {
    violations = List.copyOf(violations);
  }

  /** Whether nothing is wrong. */
  public boolean holds() {
    return violations.isEmpty();
  }

  /** The counts, and the first violations in full. */
  @Override
  public String toString() {
    String counts = String.format(
        Locale.ROOT,
        "%,d operations on %,d keys (%,d reads, %,d writes; %,d unknown, %,d refused): ",
        operations,
        keys,
        reads,
        writes,
        unknown,
        refused);
    String found = holds() ? "no violation" : violations.size() + " violations";
    return violations.stream()
        .limit(SHOWN)
        .map(violation -> "\n" + violation)
        .collect(Collectors.joining("", counts + found, ""));
  }
}
