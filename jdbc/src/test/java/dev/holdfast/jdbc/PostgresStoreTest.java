package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.StoreContract;

final class PostgresStoreTest extends StoreContract {
  private final Database.Settings settings = EmbeddedServer.newSchema();

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider().open(settings);
  }
}
