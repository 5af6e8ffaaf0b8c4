package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.StoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends StoreContract {
  @TempDir
  private Path folder;

  @Override
  protected Database connect() {
    return SqliteFiles.connect(folder.resolve("test.db"));
  }
}
