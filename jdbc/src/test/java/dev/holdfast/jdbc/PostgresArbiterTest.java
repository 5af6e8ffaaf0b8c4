package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.ArbiterContract;

final class PostgresArbiterTest extends ArbiterContract {
  private final Database.Settings settings = EmbeddedServer.newSchema();

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider().open(settings);
  }
}
