package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.StoreRaceContract;

final class PostgresStoreRaceTest extends StoreRaceContract {
  private final String name = EmbeddedServer.newDatabase();

  @Override
  protected Database connect() {
    return EmbeddedServer.connect(name);
  }
}
