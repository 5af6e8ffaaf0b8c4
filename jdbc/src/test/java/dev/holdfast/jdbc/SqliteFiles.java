package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import java.nio.file.Path;
import java.time.Duration;

/** SQLite files as nodes open them. */
final class SqliteFiles {
  private SqliteFiles() {}

  static Database connect(Path file) {
    return new JdbcDatabaseProvider()
        .open(new Database.Settings("jdbc:sqlite:" + file, "", "", Duration.ofSeconds(3)));
  }
}
