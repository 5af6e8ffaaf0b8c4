package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.ClaimContract;

final class PostgresClaimTest extends ClaimContract {
  private final Database.Settings settings = EmbeddedServer.newSchema();

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider().open(settings);
  }
}
