package dev.holdfast.verify.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What repetitions of one measurement gave. Immutable. */
record Numbers(List<Double> sorted) {
  Numbers {
    sorted = sorted.stream().sorted().toList();
  }

  static Numbers of(Collection<Double> values) {
    return new Numbers(List.copyOf(values));
  }

  static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  double median() {
    return sorted.get(sorted.size() / 2);
  }

  /** Median, least and most, each divided by {@code unit}. */
  String spread(double unit) {
    return "%s (%s to %s)"
        .formatted(
            text(median() / unit),
            text(sorted.get(0) / unit),
            text(sorted.get(sorted.size() - 1) / unit));
  }

  /** Three digits or more; "none" for what was not measured. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
