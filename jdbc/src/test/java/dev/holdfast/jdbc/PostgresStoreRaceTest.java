package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.StoreRaceContract;

final class PostgresStoreRaceTest extends StoreRaceContract {
  private final Database.Settings settings = EmbeddedServer.newSchema();

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider().open(settings);
  }
}
