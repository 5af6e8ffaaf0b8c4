package dev.holdfast.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Prepared statements in one line. */
final class Sql {
  /** The SQLState of a change that the database warned about. */
  static final String WARNED = "01000";

  private Sql() {}

  /** Makes something of the row that a result stands on. */
  @FunctionalInterface
  interface Row<T> {
    T of(ResultSet result) throws SQLException;
  }

  static <T> List<T> list(
      Connection connection, String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      List<T> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(row.of(result));
      }
      return rows;
    }
  }

  /** Runs a statement and says how many rows it changed. */
  static int change(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      int rows = statement.executeUpdate();
      refuseWarnings(statement.getWarnings());
      return rows;
    }
  }

  /** Runs a statement that changes at most one row and returns a number of it. */
  static OptionalLong changeReturning(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      OptionalLong number;
      try (ResultSet result = statement.executeQuery()) {
        number = result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
      }
      refuseWarnings(statement.getWarnings());
      return number;
    }
  }

  /**
   * Fails if a change came with a warning: PostgreSQL says only so that it committed a change that
   * a synchronous standby may not have.
   */
  static void refuseWarnings(@Nullable SQLWarning warning) throws SQLException {
    if (warning != null) {
      throw new SQLException(warning.getMessage(), WARNED, warning);
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
