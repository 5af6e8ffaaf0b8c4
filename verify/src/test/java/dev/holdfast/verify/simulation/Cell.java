package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.Row;
import java.util.Arrays;

/**
 * An entity's value: all changes that made it, in order, so that what was applied, how often and in
 * which order can be read off it. Immutable.
 */
final class Cell {
  private static final Cell NONE = new Cell(-1, new int[0]);

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

  /** The value in a row; without a change if there is none. */
  static Cell in(Row row) {
    return row.value() instanceof Cell cell ? cell : NONE;
  }

  /** Whether this is that value, perhaps with more changes. */
  boolean begins(Cell with) {
    int most = Math.min(changes.length, with.changes.length);
    return most == with.changes.length && Arrays.equals(changes, 0, most, with.changes, 0, most);
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
