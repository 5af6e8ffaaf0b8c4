package dev.holdfast.testkit;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The takes of all shards in memory. Its clock moves on by a millisecond with each entry. Guarded
 * by the database it belongs to.
 */
final class MemoryHistory {
  private record End(Instant at, long by) {}

  private final Map<Integer, Deque<HistoryRow>> takes = new HashMap<>();
  private final Map<Long, End> ends = new HashMap<>();
  private Instant now = Instant.parse("2000-01-01T00:00:00Z");

  private Instant tick() {
    now = now.plusMillis(1);
    return now;
  }

  private Deque<HistoryRow> of(int shard) {
    return takes.computeIfAbsent(shard, s -> new ArrayDeque<>());
  }

  void taken(int shard, long token, NodeRow by) {
    Deque<HistoryRow> rows = of(shard);
    rows.addFirst(new HistoryRow(
        shard, token, by.epoch(), by.name(), tick(), null, null, NodeRow.State.UP, null, 0));
    if (rows.size() > Arbiter.HISTORY) {
      rows.removeLast();
    }
  }

  void released(int shard) {
    Instant at = tick();
    HistoryRow latest = of(shard).pollFirst();
    if (latest != null) {
      of(shard).addFirst(with(latest, at, latest.refused()));
    }
  }

  void refused(int shard, long epoch, long token) {
    Instant at = tick();
    change(
        shard,
        latest(shard, epoch, token),
        row -> with(row, row.released(), row.refused() == null ? at : row.refused()));
  }

  private long latest(int shard, long epoch, long token) {
    return of(shard).stream()
        .filter(row -> row.epoch() == epoch && row.token() <= token)
        .mapToLong(HistoryRow::token)
        .max()
        .orElse(-1);
  }

  private void change(int shard, long token, UnaryOperator<HistoryRow> change) {
    Deque<HistoryRow> changed = new ArrayDeque<>();
    of(shard).forEach(row -> changed.add(row.token() == token ? change.apply(row) : row));
    takes.put(shard, changed);
  }

  private static HistoryRow with(
      HistoryRow row, @Nullable Instant released, @Nullable Instant refused) {
    return new HistoryRow(
        row.shard(),
        row.token(),
        row.epoch(),
        row.node(),
        row.taken(),
        released,
        refused,
        row.state(),
        row.over(),
        row.fencedBy());
  }

  /** The node's row has moved to a state in which it is over. */
  void over(long epoch, long by) {
    ends.put(epoch, new End(tick(), by));
  }

  /** The latest takes, with what {@code nodes} say of those who took. */
  List<HistoryRow> rows(int shard, int limit, Function<Long, @Nullable NodeRow> nodes) {
    return of(shard).stream().limit(limit).map(row -> ended(row, nodes)).toList();
  }

  private HistoryRow ended(HistoryRow row, Function<Long, @Nullable NodeRow> nodes) {
    NodeRow node = nodes.apply(row.epoch());
    End end = ends.get(row.epoch());
    return new HistoryRow(
        row.shard(),
        row.token(),
        row.epoch(),
        row.node(),
        row.taken(),
        row.released(),
        row.refused(),
        node == null ? null : node.state(),
        end == null ? null : end.at,
        end == null ? 0 : end.by);
  }
}
