package dev.holdfast.verify.simulation;

import java.util.Arrays;

/**
 * An entity's value: all changes that made it, in order, so that what was applied, how often and in
 * which order can be read off it. Immutable.
 */
final class Cell {
  private final int number;
  private final int[] changes;

  private Cell(int number, int[] changes) {
    this.number = number;
    this.changes = changes;
  }

  /** A value made by {@code before} and then {@code change}; {@code number} stands for it. */
  static Cell of(int number, int[] before, int change) {
    int[] changes = Arrays.copyOf(before, before.length + 1);
    changes[before.length] = change;
    return new Cell(number, changes);
  }

  /** Stands for it in messages. */
  int number() {
    return number;
  }

  /** The numbers of the changes; not to be written to. */
  int[] changes() {
    return changes;
  }
}
