package dev.holdfast.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.DatabaseException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/**
 * An SQLite file: how to connect to it, and what its errors mean.
 *
 * @param name the path as the user wrote it, for messages
 * @param path the same, as a path
 * @param busy how long SQLite waits for a lock that somebody else has, such as its own shell
 */
record SqliteFile(String name, Path path, Duration busy) {
  private static final String PREFIX = "jdbc:sqlite:";
  private static final int READERS = 4;
  private static final int BUSY = 5;

  static SqliteFile of(String url, Duration busy) {
    String name = url.substring(PREFIX.length());
    if (name.isBlank() || name.contains(":memory:")) {
      throw new CannotStart("Holdfast needs an SQLite database in a file, which outlives the "
          + "process: a URL like jdbc:sqlite:folder/file.db.");
    }
    if (name.startsWith("file:") || name.contains("?")) {
      throw new CannotStart("Holdfast sets SQLite's options itself. Leave them out of the URL: "
          + "it should look like jdbc:sqlite:folder/file.db.");
    }
    try {
      return new SqliteFile(name, Path.of(name), busy);
    } catch (InvalidPathException e) {
      throw new CannotStart(name + " cannot be a file's name: " + e.getReason() + ".");
    }
  }

  /** Opens a connection that may write; makes the file if it is missing. */
  Connection connectToWrite() throws SQLException {
    SQLiteConfig config = config();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    return JDBC.createConnection(PREFIX + name, config.toProperties());
  }

  /** Makes a pool of connections that may only read. */
  HikariDataSource readers() {
    HikariDataSource source = new HikariDataSource();
    source.setPoolName("holdfast-sqlite");
    source.setDriverClassName(JDBC.class.getName());
    source.setJdbcUrl(PREFIX + name);
    source.setDataSourceProperties(config().toProperties());
    source.setConnectionInitSql("PRAGMA query_only = ON");
    source.setMaximumPoolSize(READERS);
    source.setMinimumIdle(1);
    source.setConnectionTimeout(Math.max(250, busy.toMillis()));
    source.setValidationTimeout(250);
    source.setInitializationFailTimeout(-1);
    return source;
  }

  private SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout((int) busy.toMillis());
    config.enforceForeignKeys(true);
    return config;
  }

  /** Whether SQLite gave up because somebody else has a lock: then it rolled the statement back. */
  static boolean isBusy(SQLException e) {
    return code(e) == BUSY;
  }

  /** SQLite's primary result code; 0 if the error is not SQLite's. */
  static int code(Throwable e) {
    return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
  }

  DatabaseException failure(String doing, SQLException e, boolean unknown) {
    return failure(doing, String.valueOf(e.getMessage()), e, unknown);
  }

  DatabaseException failure(String doing, String why, @Nullable Throwable e, boolean unknown) {
    String message = "SQLite file " + name + ", " + doing + ": " + why;
    Throwable cause = e == null ? new IllegalStateException(why) : e;
    return unknown
        ? DatabaseException.outcomeUnknown(message, cause)
        : DatabaseException.notDone(message, cause);
  }
}
