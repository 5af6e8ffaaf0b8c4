package dev.holdfast.verify.peers;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What repetitions of one measurement gave. Immutable. */
record Spread(List<Double> sorted) {
  Spread {
    sorted = sorted.stream().sorted().toList();
  }

  static Spread of(Collection<@Nullable Double> values) {
    return new Spread(
        values.stream().filter(Objects::nonNull).filter(value -> !value.isNaN()).toList());
  }

  boolean isEmpty() {
    return sorted.isEmpty();
  }

  double median() {
    int half = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** Median, least and most; the one that there is; nothing if there is none. */
  String text() {
    return sorted.size() < 2
        ? text(median())
        : "%s (%s to %s)"
            .formatted(text(median()), text(sorted.get(0)), text(sorted.get(sorted.size() - 1)));
  }

  /** Three digits or more; nothing for what was not measured. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
