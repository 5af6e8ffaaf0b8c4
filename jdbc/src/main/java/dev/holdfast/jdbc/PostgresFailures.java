package dev.holdfast.jdbc;

import dev.holdfast.spi.DatabaseException;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error says about the statement's effect.
 *
 * <p>The server aborts a statement before it sends an {@code ERROR} about it, so that had no
 * effect. The driver's own complaints about a statement's text and parameters come before it sends
 * anything. All else may have followed the commit: a lost connection, a session ended by an
 * administrator or a shutdown, a warning.
 */
final class PostgresFailures {
  /** Classes of SQLStates with which the driver refuses a statement before sending it. */
  private static final Set<String> REFUSED_BY_DRIVER = Set.of("07", "0A", "22", "42");

  private PostgresFailures() {}

  /** Whether a statement that was committed on its own may have had an effect. */
  static boolean unknown(SQLException e) {
    if (e instanceof PSQLException fromDriver && fromDriver.getServerErrorMessage() != null) {
      return !isOrdinary(fromDriver.getServerErrorMessage());
    }
    String state = e.getSQLState();
    return state == null
        || state.length() != 5
        || !REFUSED_BY_DRIVER.contains(state.substring(0, 2));
  }

  private static boolean isOrdinary(ServerErrorMessage error) {
    String state = String.valueOf(error.getSQLState());
    return "ERROR".equals(error.getSeverity())
        && !state.startsWith("08")
        && !state.startsWith("57P")
        && !state.equals("40003");
  }

  static DatabaseException failure(String place, String doing, SQLException e, boolean unknown) {
    String message = "PostgreSQL at " + place + ", " + doing + ": " + firstLine(e);
    return unknown
        ? DatabaseException.outcomeUnknown(message, e)
        : DatabaseException.notDone(message, e);
  }

  /**
   * The driver's message without the lines about positions, hints and where in its source it was.
   */
  static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("");
  }
}
