package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.HistoryContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

final class SqliteHistoryTest extends HistoryContract {
  @TempDir
  private Path folder;

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider()
        .open(new Database.Settings(
            "jdbc:sqlite:" + folder.resolve("test.db"), "", "", Duration.ofSeconds(3)));
  }
}
