package dev.holdfast.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The violations of one key, as they are found. */
final class Findings {
  private static final int ENOUGH = 5;

  private final String key;
  private final List<Violation> violations = new ArrayList<>();

  Findings(String key) {
    this.key = key;
  }

  /** Adds one; an operation that is null is what was before all others, and left out. */
  void add(String what, @Nullable Operation... operations) {
    if (violations.size() < ENOUGH) {
      List<Operation> shown =
          Stream.of(operations).filter(Objects::nonNull).distinct().toList();
      violations.add(new Violation(key, what, shown));
    }
  }

  boolean none() {
    return violations.isEmpty();
  }

  List<Violation> all() {
    return violations;
  }
}
