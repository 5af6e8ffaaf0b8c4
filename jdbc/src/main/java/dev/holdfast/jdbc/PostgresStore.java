package dev.holdfast.jdbc;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Entities in PostgreSQL.
 *
 * <h2>A write</h2>
 *
 * A batch is one statement, so it is one round trip and one commit, and no lock outlives it. It
 * first locks the claims shared, in the order of their shards, and so waits for whoever is changing
 * one; the conditions on owner and token are then checked against the row's latest version. A
 * takeover or a barrier in turn waits for the statement. Only the claims so held let rows be
 * written; {@code IS TRUE} keeps the planner from making a join of that, which would compare each
 * write with each claim. That the writer is live is asked of the node's row without a lock: not for
 * safety, but because shared locks do not queue behind a takeover that waits, and a node that was
 * fenced could keep the takeover waiting for ever.
 *
 * <p>Several threads may use one.
 */
final class PostgresStore implements Store {
  private static final String WRITE = """
      WITH held AS (
        SELECT c.shard, c.token
        FROM unnest(?::int[], ?::bigint[]) AS wanted (shard, token)
        JOIN holdfast_claim c ON c.shard = wanted.shard AND c.token = wanted.token
        WHERE c.owner = ?
          AND (SELECT state FROM holdfast_node WHERE epoch = ?) IN ('up', 'draining', 'evicting')
        ORDER BY c.shard
        FOR SHARE OF c
      ), change AS (
        SELECT w.*
        FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[],
            ?::text[], ?::text[])
          AS w (type, id, shard, token, expected, revision, value, operations)
        WHERE ((w.shard, w.token) IN (SELECT shard, token FROM held)) IS TRUE
      ), updated AS (
        UPDATE holdfast_entity e
        SET value = change.value::json, revision = change.revision,
          operations = change.operations::json, updated_at = clock_timestamp()
        FROM change
        WHERE change.expected >= 0 AND e.type = change.type AND e.id = change.id
          AND e.shard = change.shard AND e.revision = change.expected
        RETURNING e.type, e.id
      ), inserted AS (
        INSERT INTO holdfast_entity (type, id, shard, value, revision, operations, updated_at)
        SELECT type, id, shard, value::json, revision, operations::json, clock_timestamp()
        FROM change WHERE expected < 0
        ON CONFLICT DO NOTHING
        RETURNING type, id
      )
      SELECT type, id, NULL::int AS shard, NULL::bigint AS token FROM updated
      UNION ALL SELECT type, id, NULL, NULL FROM inserted
      UNION ALL SELECT NULL, NULL, shard, token FROM held
      """;

  private static final String CONFIRM = """
      SELECT w.type, w.id, coalesce(e.revision, -1) AS revision
      FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[]) AS w (type, id, shard, token)
      JOIN holdfast_claim c ON c.shard = w.shard AND c.token = w.token
      LEFT JOIN holdfast_entity e ON e.type = w.type AND e.id = w.id
      WHERE c.owner = ?
        AND EXISTS (
          SELECT 1 FROM holdfast_node
          WHERE epoch = c.owner AND state IN ('up', 'draining', 'evicting'))
      """;

  private static final String LOAD = """
      SELECT e.type, e.id, e.revision, e.value, e.operations, '' AS owner
      FROM unnest(?::text[], ?::text[]) AS wanted (type, id)
      JOIN holdfast_entity e ON e.type = wanted.type AND e.id = wanted.id
      """;

  private final Sessions sessions;

  PostgresStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** A claim as a write names it. */
  private record Claim(int shard, long token) {
    static Claim of(Write write) {
      return new Claim(write.shard(), write.token());
    }
  }

  @Override
  public List<Result> write(long owner, List<Write> writes) {
    if (writes.isEmpty()) {
      return List.of();
    }
    return sessions.change("writing entities", connection -> write(connection, owner, writes));
  }

  private static List<Result> write(Connection connection, long owner, List<Write> writes)
      throws SQLException {
    Set<Claim> held = new HashSet<>();
    Set<EntityKey> written = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      bind(statement, owner, writes);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          String id = result.getString("id");
          if (id == null) {
            held.add(new Claim(result.getInt("shard"), result.getLong("token")));
          } else {
            written.add(new EntityKey(result.getString("type"), id));
          }
        }
      }
      Sql.refuseWarnings(statement.getWarnings());
    }
    List<Result> results = new ArrayList<>(writes.size());
    for (Write write : writes) {
      results.add(
          written.contains(write.key())
              ? Result.WRITTEN
              : held.contains(Claim.of(write)) ? Result.CONFLICT : Result.NOT_OWNER);
    }
    return results;
  }

  private static void bind(PreparedStatement statement, long owner, List<Write> writes)
      throws SQLException {
    Connection connection = statement.getConnection();
    List<Claim> claims = writes.stream().map(Claim::of).distinct().toList();
    statement.setArray(1, ints(connection, claims, Claim::shard));
    statement.setArray(2, longs(connection, claims, Claim::token));
    statement.setLong(3, owner);
    statement.setLong(4, owner);
    statement.setArray(5, texts(connection, writes, write -> write.key().type()));
    statement.setArray(6, texts(connection, writes, write -> write.key().id()));
    statement.setArray(7, ints(connection, writes, Write::shard));
    statement.setArray(8, longs(connection, writes, Write::token));
    statement.setArray(9, longs(connection, writes, Write::expected));
    statement.setArray(10, longs(connection, writes, Write::revision));
    statement.setArray(11, texts(connection, writes, Write::json));
    statement.setArray(12, texts(connection, writes, Write::operations));
  }

  // Arrays of their elements' class travel as they are; of Object[] the driver makes a text.

  private static <T> Array texts(
      Connection connection, List<T> rows, Function<T, @Nullable String> column)
      throws SQLException {
    return connection.createArrayOf("text", rows.stream().map(column).toArray(String[]::new));
  }

  private static <T> Array ints(Connection connection, List<T> rows, Function<T, Integer> column)
      throws SQLException {
    return connection.createArrayOf("int4", rows.stream().map(column).toArray(Integer[]::new));
  }

  private static <T> Array longs(Connection connection, List<T> rows, Function<T, Long> column)
      throws SQLException {
    return connection.createArrayOf("int8", rows.stream().map(column).toArray(Long[]::new));
  }

  private record Confirmed(EntityKey key, long revision) {
    static Confirmed of(ResultSet result) throws SQLException {
      EntityKey key = new EntityKey(result.getString("type"), result.getString("id"));
      return new Confirmed(key, result.getLong("revision"));
    }
  }

  @Override
  public List<OptionalLong> confirm(long owner, List<Held> held) {
    if (held.isEmpty()) {
      return List.of();
    }
    Map<EntityKey, Long> found = new HashMap<>();
    sessions
        .read(
            "confirming claims",
            connection -> Sql.list(
                connection,
                CONFIRM,
                Confirmed::of,
                texts(connection, held, one -> one.key().type()),
                texts(connection, held, one -> one.key().id()),
                ints(connection, held, Held::shard),
                longs(connection, held, Held::token),
                owner))
        .forEach(one -> found.put(one.key, one.revision));
    return held.stream()
        .map(one -> found.get(one.key()))
        .map(revision -> revision == null ? OptionalLong.empty() : OptionalLong.of(revision))
        .toList();
  }

  @Override
  public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    Map<EntityKey, StoredEntity> found = new HashMap<>();
    sessions
        .read("loading entities", connection -> {
          return Sql.list(
              connection,
              LOAD,
              Entities::row,
              texts(connection, keys, EntityKey::type),
              texts(connection, keys, EntityKey::id));
        })
        .forEach(entity -> found.put(entity.key(), entity));
    return keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList();
  }

  @Override
  public List<StoredEntity> list(String type, String after, int limit) {
    return Entities.list(sessions, type, after, limit);
  }

  @Override
  public boolean knows(String type) {
    return Entities.knows(sessions, type);
  }
}
