package dev.holdfast.jdbc;

/**
 * The arbiter's statements, which both databases understand.
 *
 * <h2>Waiting for a row</h2>
 *
 * A PostgreSQL statement that waited for a row goes on with the row's latest version, but with the
 * snapshot it began with for all others. Hence a claim can be taken if its present owner is known
 * to be over, which a stale snapshot can only make false: a node that is over stays over. To ask
 * that it is not known to live would take the claim from a node that registered meanwhile. And
 * hence {@link #lockCluster} and what follows it, {@link #form} or {@link #evict}, are statements
 * of their own.
 *
 * <h2>Numbers</h2>
 *
 * PostgreSQL takes an epoch's number before it sees a conflict, and never gives it back. Whoever
 * waits for a name asks for it again and again; hence {@link #register} looks first. After a crash
 * PostgreSQL skips up to 32 numbers. Epochs are never used again, but some are never used.
 */
final class ArbiterSql {
  private static final String ROWS = """
      SELECT epoch, uuid, name, address, http, state, heartbeat, member, unreachable, lease_ttl_ms
      FROM holdfast_node
      """;

  private static final String FENCE = """
      UPDATE holdfast_node
      SET state = 'fenced', updated_at = NOW, ended_at = NOW, fenced_by = NULLIF(?, 0)
      WHERE state IN LIVE AND epoch = ?
      """;

  final String register;
  final String registered = """
      SELECT epoch FROM holdfast_node WHERE uuid = ? AND state IN ('up', 'draining', 'evicting')
      """;
  final String renew;
  final String nodes;
  final String fence;
  final String fenceDead;
  final String state;
  final String staying =
      "SELECT epoch FROM holdfast_node WHERE epoch = ? AND state IN ('up', 'draining')";
  final String evict;
  final String member;
  final String lockCluster;
  final String form;
  final String forgetMembers = "UPDATE holdfast_node SET member = FALSE WHERE member";
  final String formation = "SELECT incarnation, founder FROM holdfast_cluster";
  final String claim;
  final String want;
  final String barrier = """
      UPDATE holdfast_claim SET token = token + 1
      WHERE shard = ? AND owner = ? AND token = ?
      RETURNING token
      """;
  final String release = """
      UPDATE holdfast_claim SET owner = NULL WHERE shard = ? AND owner = ? AND token = ?
      RETURNING shard
      """;
  final String claims = """
      SELECT shard, owner, token, wanted_by FROM holdfast_claim
      WHERE owner IS NOT NULL OR token > 0
      ORDER BY shard
      """;
  final String oneClaim =
      "SELECT shard, owner, token, wanted_by FROM holdfast_claim WHERE shard = ?";

  ArbiterSql(Dialect dialect) {
    register = dialect.in("""
        INSERT INTO holdfast_node
          (uuid, name, address, http, lease_ttl_ms, state, started_at, updated_at)
        SELECT ?, ?, ?, ?, ?, 'up', NOW, NOW
        WHERE NOT EXISTS (SELECT 1 FROM holdfast_node WHERE name = ? AND state IN LIVE)
        ON CONFLICT DO NOTHING
        RETURNING epoch
        """);
    renew = dialect.in("""
        UPDATE holdfast_node SET heartbeat = heartbeat + 1, unreachable = ?, updated_at = NOW
        WHERE epoch = ? AND uuid = ? AND state IN ('up', 'draining')
        """);
    nodes = dialect.in(ROWS + """
        WHERE state IN LIVE
        UNION ALL
        SELECT * FROM (""" + ROWS + """
          WHERE state IN OVER ORDER BY ended_at DESC LIMIT 100) AS latest
        ORDER BY epoch
        """);
    fence = dialect.in(FENCE + "AND heartbeat = ?");
    fenceDead = dialect.in(FENCE + "AND uuid = ?");
    state = dialect.in("""
        UPDATE holdfast_node
        SET state = ?, updated_at = NOW, ended_at = CASE WHEN ? IN OVER THEN NOW END
        WHERE epoch = ? AND (state = 'up' OR state = 'draining' AND ? <> 'up'
          OR state = 'evicting' AND ? IN OVER)
        """);
    evict = dialect.in("""
        UPDATE holdfast_node SET state = 'evicting', updated_at = NOW
        WHERE epoch = ? AND state IN ('up', 'draining')
        """);
    lockCluster =
        dialect.in("SELECT incarnation, founder FROM holdfast_cluster WHERE id = 1 FOR_UPDATE");
    form = dialect.in("""
        UPDATE holdfast_cluster SET incarnation = incarnation + 1, founder = ?
        WHERE EXISTS (SELECT 1 FROM holdfast_node WHERE epoch = ? AND state IN LIVE)
          AND NOT EXISTS (
            SELECT 1 FROM holdfast_node n
            WHERE n.epoch <> ? AND n.state IN LIVE AND (n.member OR n.epoch = founder))
        """);
    member = dialect.in("""
        WITH present AS (SELECT 1 FROM holdfast_cluster WHERE incarnation = ? FOR_SHARE)
        UPDATE holdfast_node SET member = TRUE
        WHERE epoch = ? AND state IN LIVE AND EXISTS (SELECT 1 FROM present)
        """);
    claim = dialect.in("""
        UPDATE holdfast_claim
        SET owner = ?, token = token + 1, wanted_by = NULL
        WHERE shard = ?
          AND (owner IS NULL OR owner = ? OR EXISTS (
            SELECT 1 FROM holdfast_node WHERE epoch = owner AND state IN OVER))
          AND EXISTS (
            SELECT 1 FROM holdfast_node WHERE epoch = ? AND state IN ('up', 'draining'))
        RETURNING token, shard, owner
        """);
    want = dialect.in("""
        UPDATE holdfast_claim SET wanted_by = ?
        WHERE shard = ? AND wanted_by IS DISTINCT FROM ?
          AND EXISTS (
            SELECT 1 FROM holdfast_node WHERE epoch = ? AND state IN ('up', 'draining'))
        """);
  }
}
