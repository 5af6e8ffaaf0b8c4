package dev.holdfast.runtime;

import dev.holdfast.Ownership;
import dev.holdfast.Ownership.Ending;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes times of ownership out of the takes that the database has kept. When a take ended is kept
 * only if its node gave the claim back; else it ended with the node, or with the next take.
 */
final class Ownerships {
  private Ownerships() {}

  /**
   * The times of several shards, the latest first. The oldest of each shard is there, though
   * nothing is known of what was before.
   *
   * @param rows of any shards, the latest first
   */
  static List<Ownership> ofAll(List<HistoryRow> rows) {
    return rows.stream().collect(Collectors.groupingBy(HistoryRow::shard)).values().stream()
        .flatMap(ofOne -> of(ofOne).stream())
        .sorted(Comparator.comparing(Ownership::from).reversed())
        .toList();
  }

  /** @param rows of one shard, the latest first */
  static List<Ownership> of(List<HistoryRow> rows) {
    List<Ownership> times = new ArrayList<>(rows.size());
    HistoryRow next = null;
    for (HistoryRow row : rows) {
      times.add(ownership(row, next));
      next = row;
    }
    return List.copyOf(times);
  }

  private static Ownership ownership(HistoryRow row, @Nullable HistoryRow next) {
    Ending ending = ending(row, next);
    Instant to = switch (ending) {
      case LASTS -> null;
      case MOVED, RELEASED -> row.released();
      case LEFT -> row.released() == null ? row.over() : row.released();
      case FENCED -> row.over();
      case TAKEN_AGAIN, UNKNOWN -> next == null ? null : next.taken();
    };
    return new Ownership(
        row.shard(),
        row.node(),
        row.epoch(),
        row.token(),
        row.taken(),
        to,
        ending,
        ending == Ending.FENCED ? row.fencedBy() : 0,
        row.refused());
  }

  private static Ending ending(HistoryRow row, @Nullable HistoryRow next) {
    if (row.released() != null) {
      return released(row, next);
    }
    if (next != null && next.epoch() == row.epoch()) {
      return Ending.TAKEN_AGAIN;
    }
    if (row.state() == NodeRow.State.FENCED) {
      return Ending.FENCED;
    }
    if (row.state() == NodeRow.State.LEFT) {
      return Ending.LEFT;
    }
    return next == null ? Ending.LASTS : Ending.UNKNOWN;
  }

  /** Whether somebody took it while the node was still there tells a move from a farewell. */
  private static Ending released(HistoryRow row, @Nullable HistoryRow next) {
    Instant over = row.over();
    boolean late = next == null || over == null || !next.taken().isBefore(over);
    if (row.state() == NodeRow.State.LEFT && late) {
      return Ending.LEFT;
    }
    return next == null ? Ending.RELEASED : Ending.MOVED;
  }
}
