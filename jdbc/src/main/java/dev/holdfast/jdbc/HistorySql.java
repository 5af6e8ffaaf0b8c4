package dev.holdfast.jdbc;

import dev.holdfast.spi.Arbiter;

/**
 * The statements that write and read the history of claims. What is written belongs to a change of
 * the claim's row, and is written together with it.
 */
final class HistorySql {
  private static final String TAKES = """
      SELECT h.shard, h.token, h.epoch, h.node, h.taken_at, h.released_at, h.refused_at,
        n.state, n.ended_at, n.fenced_by
      FROM holdfast_history h LEFT JOIN holdfast_node n ON n.epoch = h.epoch
      """;

  /** Writes a take down. */
  final String taken;

  /** Removes the oldest takes of the shard. */
  final String trimmed;

  /** Writes the end of the latest take down. */
  final String released;

  /** Writes the first refusal of a take down, unless the shard is owned by that node. */
  final String refused;

  final String list = TAKES + """
      WHERE h.shard = ?
      ORDER BY h.token DESC
      LIMIT ?
      """;

  final String latest = TAKES + """
      ORDER BY h.taken_at DESC, h.token DESC
      LIMIT ?
      """;

  /**
   * Makes the statements.
   *
   * @param changed the claim's row after its change, with shard, token and owner; empty if it did
   *     not change
   * @param older how many older takes are seen by {@link #trimmed} when all there may be are there
   */
  HistorySql(Dialect dialect, String changed, int older) {
    taken = dialect.in("""
        INSERT INTO holdfast_history (shard, token, epoch, node, taken_at)
        SELECT c.shard, c.token, c.owner, n.name, NOW
        FROM %s c, holdfast_node n WHERE n.epoch = c.owner
        ON CONFLICT DO NOTHING
        """.formatted(changed));
    trimmed = """
        DELETE FROM holdfast_history
        WHERE shard = (SELECT shard FROM %1$s c) AND token <= (
          SELECT h.token FROM holdfast_history h WHERE h.shard = (SELECT shard FROM %1$s c)
          ORDER BY h.token DESC LIMIT 1 OFFSET %2$d)
        """.formatted(changed, older);
    released = dialect.in("""
        UPDATE holdfast_history SET released_at = NOW
        WHERE shard = (SELECT shard FROM %1$s c) AND epoch = ? AND released_at IS NULL
          AND token = (
            SELECT max(h.token) FROM holdfast_history h
            WHERE h.shard = (SELECT shard FROM %1$s c))
        """.formatted(changed));
    refused = dialect.in("""
        UPDATE holdfast_history SET refused_at = NOW
        WHERE shard = ? AND epoch = ? AND refused_at IS NULL
          AND token = (
            SELECT max(h.token) FROM holdfast_history h
            WHERE h.shard = ? AND h.epoch = ? AND h.token <= ?)
          AND NOT EXISTS (
            SELECT 1 FROM holdfast_claim c, holdfast_node n
            WHERE c.shard = ? AND c.owner = ? AND n.epoch = c.owner AND n.state IN LIVE)
        """);
  }

  /** The statements for a database in which they are parts of the one that changes the claim. */
  static HistorySql within(Dialect dialect, String changed) {
    return new HistorySql(dialect, changed, Arbiter.HISTORY - 1);
  }

  /** The statements for a database in which they follow it, each naming the shard. */
  static HistorySql after(Dialect dialect) {
    return new HistorySql(
        dialect, "(SELECT * FROM holdfast_claim WHERE shard = ?)", Arbiter.HISTORY);
  }
}
