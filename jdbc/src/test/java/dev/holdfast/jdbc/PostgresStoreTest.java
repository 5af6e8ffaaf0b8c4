package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.testkit.StoreContract;

final class PostgresStoreTest extends StoreContract {
  private final String name = EmbeddedServer.newDatabase();

  @Override
  protected Database connect() {
    return EmbeddedServer.connect(name);
  }
}
