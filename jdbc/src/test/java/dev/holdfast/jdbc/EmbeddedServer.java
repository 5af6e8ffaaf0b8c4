package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL server for all tests of the process, as safe as a real one, with many databases.
 */
final class EmbeddedServer {
  static final Duration LEASE_TTL = Duration.ofSeconds(3);
  static final String USER = "postgres";

  private static final EmbeddedServer ONLY = new EmbeddedServer();

  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  private EmbeddedServer() {
    try {
      postgres = EmbeddedPostgres.builder()
          .setServerConfig("fsync", "on")
          .setServerConfig("full_page_writes", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("max_connections", "300")
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes an empty schema in a database that many tests share: much less work for the server than a
   * database, some of it when it stops.
   */
  static Database.Settings newSchema() {
    String name = "test_" + ONLY.databases.incrementAndGet();
    execute("postgres", "CREATE SCHEMA " + name);
    return new Database.Settings(url("postgres") + "?currentSchema=" + name, USER, "", LEASE_TTL);
  }

  /** Makes an empty database. */
  static String newDatabase() {
    String name = "test_" + ONLY.databases.incrementAndGet();
    execute("postgres", "CREATE DATABASE " + name);
    return name;
  }

  static int port() {
    return ONLY.postgres.getPort();
  }

  static String url(String database) {
    return "jdbc:postgresql://localhost:" + port() + "/" + database;
  }

  static Database.Settings settings(String database) {
    return settings(database, LEASE_TTL);
  }

  private static Database.Settings settings(String database, Duration leaseTtl) {
    return new Database.Settings(url(database), USER, "", leaseTtl);
  }

  static Database connect(String database) {
    return connect(database, LEASE_TTL);
  }

  static Database connect(String database, Duration leaseTtl) {
    return new JdbcDatabaseProvider().open(settings(database, leaseTtl));
  }

  /** Connects as somebody who is not a node. */
  static Connection outsider(String database) throws SQLException {
    return DriverManager.getConnection(url(database), USER, "");
  }

  static void execute(String database, String sql) {
    try (Connection connection = outsider(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
