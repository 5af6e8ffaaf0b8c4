package dev.holdfast.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Something to do on a connection that somebody else opens, commits and closes. */
@FunctionalInterface
interface Work<T> {
  T on(Connection connection) throws SQLException;
}
