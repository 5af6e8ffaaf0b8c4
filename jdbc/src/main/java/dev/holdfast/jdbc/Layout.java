package dev.holdfast.jdbc;

import dev.holdfast.NotDone.CannotStart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes our tables, or checks that those found are ours and fit. The caller holds a lock that keeps
 * other nodes from doing the same at the same time, and commits.
 */
final class Layout {
  static final int SCHEMA_VERSION = 2;

  private static final Map<String, Set<String>> COLUMNS = Map.of(
      "holdfast_cluster",
      Set.of("id", "incarnation", "founder", "shards", "hash_version", "schema_version"),
      "holdfast_node",
      Set.of(
          "epoch",
          "uuid",
          "name",
          "address",
          "http",
          "state",
          "heartbeat",
          "member",
          "unreachable",
          "lease_ttl_ms",
          "started_at",
          "updated_at",
          "ended_at",
          "fenced_by"),
      "holdfast_claim",
      Set.of("shard", "owner", "token", "wanted_by"),
      "holdfast_history",
      Set.of("shard", "token", "epoch", "node", "taken_at", "released_at", "refused_at"),
      "holdfast_entity",
      Set.of("type", "id", "shard", "value", "revision", "operations", "updated_at"));

  private final Ddl ddl;
  private final String place;
  private final boolean makesTables;

  /**
   * The tables in one database.
   *
   * @param place what the database is called in messages
   */
  Layout(Ddl ddl, String place, boolean makesTables) {
    this.ddl = ddl;
    this.place = place;
    this.makesTables = makesTables;
  }

  /** @param found the columns of each table whose name begins with {@code holdfast_} */
  void prepare(Connection connection, Map<String, Set<String>> found, int shards, int hashVersion)
      throws SQLException {
    Map<String, Set<String>> ours = new TreeMap<>(found);
    ours.keySet().retainAll(COLUMNS.keySet());
    if (ours.isEmpty()) {
      if (!makesTables) {
        throw new CannotStart(place + " has no tables of Holdfast yet. The first node makes them, "
            + "or: holdfast schema create.");
      }
      for (String statement : ddl.statements()) {
        Sql.change(connection, statement);
      }
      fill(connection, shards, hashVersion);
      return;
    }
    checkVersion(connection, ours);
    checkColumns(ours);
    checkSettings(connection, shards, hashVersion);
  }

  private void checkVersion(Connection connection, Map<String, Set<String>> found)
      throws SQLException {
    if (!found.getOrDefault("holdfast_cluster", Set.of()).contains("schema_version")) {
      return;
    }
    List<Long> versions = Sql.list(
        connection,
        "SELECT schema_version FROM holdfast_cluster",
        result -> result.getLong("schema_version"));
    if (!versions.isEmpty() && versions.get(0) != SCHEMA_VERSION) {
      throw new CannotStart(("%s has Holdfast's tables in schema version %d, and this version of "
              + "Holdfast needs %d. Use the version of Holdfast that made them, or another "
              + "database.")
          .formatted(place, versions.get(0), SCHEMA_VERSION));
    }
  }

  private void checkColumns(Map<String, Set<String>> found) {
    for (String table : new TreeSet<>(COLUMNS.keySet())) {
      Set<String> missing = new TreeSet<>(COLUMNS.getOrDefault(table, Set.of()));
      if (!found.containsKey(table)) {
        throw foreign("has " + String.join(", ", found.keySet()) + ", but no " + table);
      }
      missing.removeAll(found.getOrDefault(table, Set.of()));
      if (!missing.isEmpty()) {
        throw foreign("has a table " + table + " without " + String.join(", ", missing));
      }
    }
  }

  private void checkSettings(Connection connection, int shards, int hashVersion)
      throws SQLException {
    List<int[]> rows =
        Sql.list(connection, "SELECT shards, hash_version FROM holdfast_cluster", result ->
            new int[] {result.getInt("shards"), result.getInt("hash_version")});
    if (rows.isEmpty()) {
      if (!isEmpty(connection)) {
        throw foreign("has rows in Holdfast's tables, but none in holdfast_cluster");
      }
      fill(connection, shards, hashVersion);
      return;
    }
    int[] row = rows.get(0);
    if (row[0] != shards) {
      throw new CannotStart(("%s was made for %d shards, and this node is set to %d. The number is "
              + "fixed by the first node: set it to %d, or use another database.")
          .formatted(place, row[0], shards, row[0]));
    }
    if (row[1] != hashVersion) {
      throw new CannotStart(("%s was made with version %d of the hash that maps ids to shards, and "
              + "this version of Holdfast has %d. Use the version of Holdfast that made it, or "
              + "another database.")
          .formatted(place, row[1], hashVersion));
    }
  }

  /** Whether somebody made the tables by hand, from our script, and nobody used them yet. */
  private static boolean isEmpty(Connection connection) throws SQLException {
    return Sql.list(connection, """
            SELECT EXISTS (SELECT 1 FROM holdfast_node)
                OR EXISTS (SELECT 1 FROM holdfast_claim)
                OR EXISTS (SELECT 1 FROM holdfast_entity)
            """, result -> !result.getBoolean(1)).get(0);
  }

  private static void fill(Connection connection, int shards, int hashVersion) throws SQLException {
    Sql.change(connection, """
        INSERT INTO holdfast_cluster (incarnation, shards, hash_version, schema_version)
        VALUES (0, ?, ?, ?)
        """, shards, hashVersion, SCHEMA_VERSION);
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO holdfast_claim (shard) VALUES (?)")) {
      for (int shard = 0; shard < shards; shard++) {
        statement.setInt(1, shard);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private CannotStart foreign(String found) {
    return new CannotStart(("%s %s: these are not Holdfast's tables. Use another database or "
            + "schema, or remove them.")
        .formatted(place, found));
  }
}
