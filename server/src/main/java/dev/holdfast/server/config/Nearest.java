package dev.holdfast.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /** The known name that takes the fewest edits to reach; empty if all are far away. */
  public static Optional<String> to(String given, Collection<String> known) {
    return known.stream()
        .filter(name -> edits(given, name) <= Math.max(2, name.length() / 3))
        .min(Comparator.comparingInt(name -> edits(given, name)));
  }

  /** {@code ; did you mean "name"?}, or nothing. */
  public static String hint(String given, Collection<String> known) {
    return to(given, known).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  static int edits(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int cheapest(int[][] cost, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int best =
        Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped = i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
