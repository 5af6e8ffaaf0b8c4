package dev.holdfast.jdbc;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.StoredEntity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads the rows of {@code holdfast_entity}, as far as all databases read them alike. */
final class Entities {
  private static final String LIST = """
      SELECT e.type, e.id, e.revision, e.value, e.operations, coalesce(n.name, '') AS owner
      FROM holdfast_entity e
      LEFT JOIN holdfast_claim c ON c.shard = e.shard
      LEFT JOIN holdfast_node n
        ON n.epoch = c.owner AND n.state IN ('up', 'draining', 'evicting')
      WHERE e.type = ? AND e.id > ? AND e.value IS NOT NULL
      ORDER BY e.type, e.id
      LIMIT ?
      """;

  private static final String KNOWS = "SELECT 1 FROM holdfast_entity WHERE type = ? LIMIT 1";

  private Entities() {}

  static List<StoredEntity> list(Sessions sessions, String type, String after, int limit) {
    return sessions.read(
        "listing entities",
        connection -> Sql.list(connection, LIST, Entities::row, type, after, limit));
  }

  static boolean knows(Sessions sessions, String type) {
    return !sessions
        .read(
            "looking for entities", connection -> Sql.list(connection, KNOWS, result -> true, type))
        .isEmpty();
  }

  static StoredEntity row(ResultSet result) throws SQLException {
    return new StoredEntity(
        new EntityKey(result.getString("type"), result.getString("id")),
        result.getLong("revision"),
        result.getString("value"),
        result.getString("operations"),
        result.getString("owner"));
  }
}
