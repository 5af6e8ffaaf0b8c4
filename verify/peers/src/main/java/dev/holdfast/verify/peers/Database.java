package dev.holdfast.verify.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How one node of a peer of ours talks to PostgreSQL: a pool of connections with a thread for each.
 * Thread-safe.
 */
final class Database implements AutoCloseable {
  /** For each node of each peer that has a pool. */
  static final int CONNECTIONS = 10;

  private static final String TABLE = """
      CREATE TABLE IF NOT EXISTS entity (id text PRIMARY KEY, value json NOT NULL)""";
  private static final String SELECT = "SELECT value FROM entity WHERE id = ?";
  private static final String UPDATE = "UPDATE entity SET value = ?::json WHERE id = ?";
  private static final String LOAD = """
      INSERT INTO entity SELECT id, '{"count":0}' FROM unnest(?::text[]) AS loaded (id)
      ON CONFLICT (id) DO NOTHING""";

  private final HikariDataSource pool;
  private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);

  Database(Setting setting) {
    execute(setting, TABLE);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(setting.url());
    config.setUsername(Setting.USER);
    config.setMaximumPoolSize(CONNECTIONS);
    this.pool = new HikariDataSource(config);
  }

  /** Answers when it is in the database. */
  CompletableFuture<Long> read(String id) {
    return CompletableFuture.supplyAsync(() -> readNow(id), threads);
  }

  /** Answers when it is committed. */
  CompletableFuture<Void> write(String id, long value) {
    return CompletableFuture.runAsync(() -> writeNow(id, value), threads);
  }

  private long readNow(String id) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(SELECT)) {
      statement.setString(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Json.count(row.getString(1)) : 0;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeNow(String id, long value) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(UPDATE)) {
      statement.setString(1, Json.of(value));
      statement.setString(2, id);
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException("there is no row for " + id);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes rows for all that have none. */
  static void load(Setting setting, List<String> ids) {
    execute(setting, TABLE);
    execute(setting, LOAD, (Object) ids.toArray(String[]::new));
  }

  /** Executes statements on a connection of their own. */
  static void execute(Setting setting, String sql, Object... values) {
    try (Connection connection = connect(setting);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(
            i + 1,
            values[i] instanceof String[] texts
                ? connection.createArrayOf("text", texts)
                : values[i]);
      }
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static Connection connect(Setting setting) throws SQLException {
    return DriverManager.getConnection(setting.url(), Setting.USER, "");
  }

  /** One for each node of this process. */
  static List<Database> forEachNode(Setting setting) {
    return setting.here().stream().map(node -> new Database(setting)).toList();
  }

  @Override
  public void close() {
    threads.shutdown();
    pool.close();
  }
}
