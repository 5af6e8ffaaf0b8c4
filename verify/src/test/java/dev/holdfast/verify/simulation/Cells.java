package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.Applier;
import dev.holdfast.protocol.Row;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of the one type of entity: each change is noted in the value. Those named {@link #ODD}
 * are rejected at every other revision.
 */
final class Cells implements Applier {
  static final String ODD = "odd";

  private final List<Cell> all = new ArrayList<>();

  Cell of(String encoded) {
    return all.get(Integer.parseInt(encoded));
  }

  @Override
  public Applied apply(Row row, Request request) {
    int change = Integer.parseInt(request.json());
    int[] before = Cell.in(row).changes();
    if (request.name().equals(ODD) && before.length % 2 == 0) {
      return new Applied.Refused(
          new Answer.Failed(Answer.Kind.REJECTED, "even", before.length - 1));
    }
    Cell next = Cell.of(all.size(), before, change);
    all.add(next);
    return new Applied.Changed(next, request.json(), request.json());
  }

  @Override
  public String encode(Object value) {
    return Integer.toString(((Cell) value).number());
  }
}
