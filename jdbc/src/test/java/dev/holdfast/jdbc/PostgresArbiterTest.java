package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.ArbiterContract;

final class PostgresArbiterTest extends ArbiterContract {
  private final String name = EmbeddedServer.newDatabase();

  @Override
  protected Database connect() {
    return EmbeddedServer.connect(name);
  }
}
