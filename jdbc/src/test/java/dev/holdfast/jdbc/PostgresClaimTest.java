package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.ClaimContract;

final class PostgresClaimTest extends ClaimContract {
  private final String name = EmbeddedServer.newDatabase();

  @Override
  protected Database connect() {
    return EmbeddedServer.connect(name);
  }
}
