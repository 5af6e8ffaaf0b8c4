package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Up to where operations were forgotten, by their origin. An operation that is not remembered is
 * certainly new if its place is beyond the mark of its origin; up to the mark it may have been
 * done. Immutable, and bounded whatever happens.
 *
 * <h2>Many origins</h2>
 *
 * At most {@value #ORIGINS} nodes have a mark of their own. When there are more, the one that was
 * raised least recently, most likely a dead node's, is folded into {@code rest}, which then holds
 * for all nodes without a mark: up to its epoch, numbers up to its number may have been forgotten.
 * A node of a later epoch is not meant, and a node that is meant goes on beyond the number.
 *
 * @param made the marks of nodes, the least recently raised first
 * @param rest stands for the nodes that have no mark; {@link Mark#NONE} for none
 * @param millis the mark of the ids that carry a time; -1 for none
 */
public record Forgotten(List<Mark> made, Mark rest, long millis) {
  /** Nothing. */
  public static final Forgotten NONE = new Forgotten(List.of(), Mark.NONE, -1);

  /** How many nodes have marks of their own. */
  static final int ORIGINS = 16;

  /**
   * Operations of that node are forgotten up to that number.
   *
   * @param epoch the node's; -1 for no node
   */
  public record Mark(long epoch, long number) {
    /** No mark. */
    public static final Mark NONE = new Mark(-1, -1);

    private Mark and(Mark other) {
      return new Mark(Math.max(epoch, other.epoch), Math.max(number, other.number));
    }
  }

  /** Whether an operation of that id, if it is not remembered, may have been forgotten. */
  boolean covers(OperationId id) {
    if (id instanceof OperationId.Made made) {
      return made.number() <= number(made.epoch());
    }
    return id instanceof OperationId.Timed timed && timed.millis() <= millis;
  }

  /** Up to which number operations of that node were forgotten; -1 if none was. */
  long number(long epoch) {
    for (Mark mark : made) {
      if (mark.epoch == epoch) {
        return mark.number;
      }
    }
    return epoch <= rest.epoch ? rest.number : -1;
  }

  /** This, with one more operation forgotten. */
  Forgotten and(OperationId id) {
    if (id instanceof OperationId.Timed timed) {
      return new Forgotten(made, rest, Math.max(millis, timed.millis()));
    }
    return id instanceof OperationId.Made one ? and(one) : this;
  }

  private Forgotten and(OperationId.Made one) {
    List<Mark> marks = new ArrayList<>(made);
    marks.removeIf(mark -> mark.epoch == one.epoch());
    marks.add(new Mark(one.epoch(), Math.max(one.number(), number(one.epoch()))));
    Mark others = rest;
    if (marks.size() > ORIGINS) {
      others = rest.and(marks.remove(0));
    }
    return new Forgotten(List.copyOf(marks), others, millis);
  }
}
