package dev.holdfast.jdbc;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Database;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to PostgreSQL for the first time: checks the server, makes the tables or checks them,
 * and says in one sentence what is wrong and what to do.
 */
final class PostgresOpening {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresOpening.class);

  /** The name of the advisory lock that openers of a database take in turn: "Holdfast" in ASCII. */
  private static final long TURN = 0x486f6c6466617374L;

  private static final int LEAST_VERSION = 12;

  /** The state "cannot connect now" of a server that starts, recovers or shuts down. */
  private static final String STARTING = "57P03";

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int TRIES = 60;

  private static final String COLUMNS = """
      SELECT c.relname, a.attname
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = current_schema()::regnamespace
        AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname LIKE 'holdfast\\_%'
        AND a.attnum > 0 AND NOT a.attisdropped
      """;

  private final PostgresSessions sessions;
  private final PostgresUrl url;
  private final Database.Settings settings;
  private volatile String version = "";

  PostgresOpening(PostgresSessions sessions, PostgresUrl url, Database.Settings settings) {
    this.sessions = sessions;
    this.url = url;
    this.settings = settings;
  }

  String describe() {
    return "PostgreSQL " + (version.isEmpty() ? "" : version + " ") + "at " + url.place();
  }

  void open(int shards, int hashVersion) {
    try (Connection connection = connect()) {
      checkServer(connection);
      connection.setAutoCommit(false);
      takeTurn(connection);
      new Layout(Ddl.POSTGRESQL, "The database at " + url.place(), settings.makesTables())
          .prepare(connection, columns(connection), shards, hashVersion);
      checkMayDelete(connection);
      connection.commit();
    } catch (SQLException e) {
      throw new CannotStart(explain(e));
    }
  }

  /** A server that is starting says so, and is waited for. */
  private Connection connect() throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return sessions.first();
      } catch (SQLException e) {
        if (!STARTING.equals(e.getSQLState()) || tries == TRIES) {
          throw e;
        }
        LOG.info("PostgreSQL at {} is starting: waiting for it", url.place());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void checkServer(Connection connection) throws SQLException {
    version = show(connection, "server_version").split(" ", 2)[0];
    if (connection.getMetaData().getDatabaseMajorVersion() < LEAST_VERSION) {
      throw new CannotStart(
          "%s is too old: version %d or later is needed.".formatted(describe(), LEAST_VERSION));
    }
    String encoding = show(connection, "server_encoding");
    if (!encoding.equals("UTF8")) {
      throw new CannotStart(
          "The database at %s has the encoding %s, which cannot hold every id. Make one with UTF8: "
                  .formatted(url.place(), encoding)
              + "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      if (result.next() && result.getBoolean(1)) {
        throw new CannotStart(
            describe() + " is a standby, and nodes need the primary. Point the URL "
                + "at the primary, or list all hosts in it.");
      }
    }
    for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
      if (show(connection, setting).equals("off")) {
        LOG.warn(
            "{} has {} = off: changes that were acknowledged can be lost when its machine fails.",
            describe(),
            setting);
      }
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    return Sql.list(connection, "SELECT current_setting(?)", result -> result.getString(1), setting)
        .get(0);
  }

  /** Nothing else is ever deleted, so a role that may do all the rest may well lack this. */
  private void checkMayDelete(Connection connection) throws SQLException {
    boolean may = Sql.list(
            connection,
            "SELECT has_table_privilege('holdfast_history', 'DELETE')",
            result -> result.getBoolean(1))
        .get(0);
    if (!may) {
      throw new CannotStart(
          "In the database at %s, %s may not remove what is old from holdfast_history. Grant it "
                  .formatted(url.place(), user())
              + "DELETE on that table.");
    }
  }

  private String user() {
    return settings.user().isEmpty() ? "the user" : "user " + settings.user();
  }

  /** Waits until no other node is making the tables; holds the turn until the transaction ends. */
  private static void takeTurn(Connection connection) throws SQLException {
    Sql.list(connection, "SELECT pg_advisory_xact_lock(?)", result -> true, TURN);
  }

  private static Map<String, Set<String>> columns(Connection connection) throws SQLException {
    Map<String, Set<String>> columns = new TreeMap<>();
    Sql.list(
        connection,
        COLUMNS,
        result -> columns
            .computeIfAbsent(result.getString("relname"), table -> new TreeSet<>())
            .add(result.getString("attname")));
    return columns;
  }

  private String explain(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    String said = PostgresFailures.firstLine(e).replaceAll("^(FATAL|ERROR): |\\.$", "");
    String user = user();
    return switch (state) {
      case "28P01", "28000", "08004" ->
        "PostgreSQL at %s does not let %s in: %s. Check the settings for user and password."
            .formatted(url.place(), user, said);
      case "3D000" ->
        "PostgreSQL is there, but %s is not: %s. Make it with CREATE DATABASE, or correct the URL."
            .formatted(url.place(), said);
      case "42501", "3F000" ->
        ("In the database at %s, %s may not do what is needed: %s. Grant it CREATE on the "
                + "schema, or make the tables as another role with Holdfast's script and grant it "
                + "SELECT, INSERT, UPDATE and DELETE on them.")
            .formatted(url.place(), user, said);
      case "57P03", "53300" ->
        "PostgreSQL at %s takes no connection now: %s. Try again when it does."
            .formatted(url.place(), said);
      default ->
        state.startsWith("08")
            ? unreachable(e, said)
            : "PostgreSQL at %s cannot be used: %s.".formatted(url.place(), said);
    };
  }

  private String unreachable(SQLException e, String said) {
    String why = said;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        why = "the host's name is unknown";
      } else if (cause instanceof SocketTimeoutException) {
        why = "no answer";
      } else if (String.valueOf(cause.getMessage()).startsWith("Connection refused")) {
        why = "connection refused";
      } else if (String.valueOf(cause.getMessage()).contains("targetServerType")) {
        why = "no host of the URL is a primary";
      }
    }
    return "PostgreSQL at %s cannot be reached: %s. Is it running, and are host and port right?"
        .formatted(url.place(), why);
  }
}
