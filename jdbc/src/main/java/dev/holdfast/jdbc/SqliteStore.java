package dev.holdfast.jdbc;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Entities in SQLite. A batch is one transaction, hence one sync of the disk, and nothing changes
 * beside it: so claims are looked at once per batch. Several threads may use one.
 */
final class SqliteStore implements Store {
  private static final String HELD = """
      SELECT 1 FROM holdfast_claim
      WHERE shard = ? AND token = ? AND owner = ?
        AND EXISTS (
          SELECT 1 FROM holdfast_node
          WHERE epoch = holdfast_claim.owner AND state IN ('up', 'draining', 'evicting'))
      """;

  private static final String UPDATE = """
      UPDATE holdfast_entity SET value = ?, revision = ?, operations = ?,
        updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
      WHERE type = ? AND id = ? AND shard = ? AND revision = ?
      """;

  private static final String INSERT = """
      INSERT INTO holdfast_entity (value, revision, operations, type, id, shard, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
      ON CONFLICT DO NOTHING
      """;

  private static final String CONFIRM = """
      SELECT coalesce(e.revision, -1) AS revision FROM holdfast_claim c
      LEFT JOIN holdfast_entity e ON e.type = ? AND e.id = ?
      WHERE c.shard = ? AND c.token = ? AND c.owner = ?
        AND EXISTS (
          SELECT 1 FROM holdfast_node
          WHERE epoch = c.owner AND state IN ('up', 'draining', 'evicting'))
      """;

  private static final String LOAD = """
      SELECT type, id, revision, value, operations, '' AS owner FROM holdfast_entity
      WHERE type = ? AND id = ?
      """;

  private final Sessions sessions;

  SqliteStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** A claim as a write names it. */
  private record Claim(int shard, long token) {}

  @Override
  public List<Result> write(long owner, List<Write> writes) {
    if (writes.isEmpty()) {
      return List.of();
    }
    return sessions.change("writing entities", connection -> write(connection, owner, writes));
  }

  private static List<Result> write(Connection connection, long owner, List<Write> writes)
      throws SQLException {
    Map<Claim, Boolean> held = new HashMap<>();
    List<Result> results = new ArrayList<>(writes.size());
    try (PreparedStatement update = connection.prepareStatement(UPDATE);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (Write write : writes) {
        Claim claim = new Claim(write.shard(), write.token());
        Boolean holds = held.get(claim);
        if (holds == null) {
          holds = holds(connection, owner, claim);
          held.put(claim, holds);
        }
        if (!holds) {
          results.add(Result.NOT_OWNER);
        } else {
          int rows = write.expected() == NO_ROW ? insert(insert, write) : update(update, write);
          results.add(rows > 0 ? Result.WRITTEN : Result.CONFLICT);
        }
      }
    }
    return results;
  }

  private static boolean holds(Connection connection, long owner, Claim claim) throws SQLException {
    return !Sql.list(connection, HELD, result -> true, claim.shard(), claim.token(), owner)
        .isEmpty();
  }

  private static int insert(PreparedStatement statement, Write write) throws SQLException {
    bind(statement, write);
    return statement.executeUpdate();
  }

  private static int update(PreparedStatement statement, Write write) throws SQLException {
    bind(statement, write);
    statement.setLong(7, write.expected());
    return statement.executeUpdate();
  }

  /** Binds what both statements begin with. */
  private static void bind(PreparedStatement statement, Write write) throws SQLException {
    statement.setString(1, write.json());
    statement.setLong(2, write.revision());
    statement.setString(3, write.operations());
    statement.setString(4, write.key().type());
    statement.setString(5, write.key().id());
    statement.setInt(6, write.shard());
  }

  @Override
  public List<OptionalLong> confirm(long owner, List<Held> held) {
    return sessions.read("confirming claims", connection -> {
      List<OptionalLong> found = new ArrayList<>(held.size());
      for (Held one : held) {
        found.add(Sql.list(
                connection,
                CONFIRM,
                result -> result.getLong("revision"),
                one.key().type(),
                one.key().id(),
                one.shard(),
                one.token(),
                owner)
            .stream()
            .mapToLong(Long::longValue)
            .findFirst());
      }
      return found;
    });
  }

  @Override
  public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return sessions.read("loading entities", connection -> {
      List<Optional<StoredEntity>> found = new ArrayList<>(keys.size());
      try (PreparedStatement statement = connection.prepareStatement(LOAD)) {
        for (EntityKey key : keys) {
          statement.setString(1, key.type());
          statement.setString(2, key.id());
          try (ResultSet result = statement.executeQuery()) {
            found.add(result.next() ? Optional.of(Entities.row(result)) : Optional.empty());
          }
        }
      }
      return found;
    });
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
