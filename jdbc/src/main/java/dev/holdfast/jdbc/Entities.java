package dev.holdfast.jdbc;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.StoredEntity;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads the rows of {@code holdfast_entity}. */
final class Entities {
  private Entities() {}

  static StoredEntity row(ResultSet result) throws SQLException {
    return new StoredEntity(
        new EntityKey(result.getString("type"), result.getString("id")),
        result.getLong("revision"),
        result.getString("value"),
        result.getString("operations"),
        result.getString("owner"));
  }
}
