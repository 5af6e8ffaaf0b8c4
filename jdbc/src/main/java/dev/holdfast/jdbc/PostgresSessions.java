package dev.holdfast.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.holdfast.spi.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Connections to PostgreSQL: a small pool, and one apart for renewals, so that nothing can keep a
 * node from renewing.
 *
 * <h2>Limits</h2>
 *
 * The server gives a statement up first, with a definite error. Only if nothing is heard from it
 * for half a second more does the driver cut the connection, which leaves the outcome unknown.
 *
 * <p>While connections cannot be opened the pool pauses between its tries, each time twice as long,
 * for up to five seconds. A connection for renewals that can be opened again ends that pause.
 *
 * <h2>Isolation</h2>
 *
 * Statements that wait for a claim must then see its latest version: READ COMMITTED does that, so
 * it is set here, whatever the database's default.
 *
 * <h2>Plans</h2>
 *
 * Each of our statements finds its rows by key, and that is best however many there are. The
 * planner would find that out anew each time, which takes longer than a write (1,800 writes a
 * second one by one, against 3,700), or keep a plan made for a small table while it grows. So it is
 * told to plan once, and to use the keys.
 *
 * <p>Several threads may use one; one at a time may renew.
 */
final class PostgresSessions implements Sessions, AutoCloseable {
  private static final int POOL = 8;
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final String PREPARE = """
      SET statement_timeout = %d;
      SET idle_in_transaction_session_timeout = %d;
      SET default_transaction_isolation = 'read committed';
      SET client_min_messages = 'warning';
      SET plan_cache_mode = 'force_generic_plan';
      SET enable_seqscan = off;
      SET enable_hashjoin = off;
      SET enable_mergejoin = off
      """;

  private final Database.Settings settings;
  private final PostgresUrl url;
  private final Limits limits;
  private final HikariDataSource pool;
  private final Set<Thread> openers = ConcurrentHashMap.newKeySet();
  private volatile String name = "holdfast";
  private volatile boolean closed;
  private volatile @Nullable Connection forRenewals;

  PostgresSessions(Database.Settings settings, PostgresUrl url) {
    this.settings = settings;
    this.url = url;
    this.limits = Limits.of(settings.leaseTtl());
    this.pool = pool();
  }

  /** Connects nowhere until it is first asked for a connection. */
  private HikariDataSource pool() {
    HikariDataSource source = new HikariDataSource();
    source.setPoolName("holdfast");
    source.setDriverClassName(Driver.class.getName());
    source.setJdbcUrl(url.text());
    source.setDataSourceProperties(properties(limits.statement(), limits.connect()));
    source.setConnectionInitSql(prepare(limits.statement()));
    source.setMaximumPoolSize(POOL);
    source.setMinimumIdle(POOL); // none is to be opened when a node takes over from another
    source.setConnectionTimeout(limits.connect().toMillis());
    source.setValidationTimeout(Math.max(250, limits.connect().toMillis() / 2));
    source.setInitializationFailTimeout(-1);
    source.setThreadFactory(this::opener);
    return source;
  }

  /** Of effect before the first connection is asked for. */
  void measure(MeterRegistry registry, String node) {
    pool.setPoolName("holdfast-" + node);
    pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
  }

  private Thread opener(Runnable task) {
    Thread thread = new Thread(task, "holdfast:pool");
    thread.setDaemon(true);
    openers.add(thread);
    return thread;
  }

  /** Ends the pause of whoever opens connections; the next who wants one has it tried again. */
  private void endPause() {
    openers.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    openers.forEach(Thread::interrupt);
  }

  private Properties properties(Duration statement, Duration connect) {
    Properties properties = new Properties();
    if (!settings.user().isEmpty()) {
      PGProperty.USER.set(properties, settings.user());
    }
    if (!settings.password().isEmpty()) {
      PGProperty.PASSWORD.set(properties, settings.password());
    }
    PGProperty.APPLICATION_NAME.set(properties, name);
    PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.CONNECT_TIMEOUT.set(properties, Limits.seconds(connect));
    PGProperty.LOGIN_TIMEOUT.set(properties, Limits.seconds(connect.multipliedBy(2)));
    PGProperty.SOCKET_TIMEOUT.set(properties, Limits.seconds(statement.plus(GRACE)));
    return properties;
  }

  private static String prepare(Duration statement) {
    return PREPARE.formatted(statement.toMillis(), statement.toMillis());
  }

  /** The first connection, for which a server is given time; the caller closes it. */
  Connection first() throws SQLException {
    return connect(limits.opening(), limits.opening().dividedBy(2));
  }

  private Connection connect(Duration statement, Duration connect) throws SQLException {
    Connection connection = new Driver().connect(url.text(), properties(statement, connect));
    if (connection == null) {
      throw new SQLException("The driver does not understand the URL");
    }
    try {
      connection.setNetworkTimeout(Runnable::run, (int) statement.plus(GRACE).toMillis());
      try (var prepare = connection.createStatement()) {
        prepare.execute(prepare(statement));
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Shows the node's epoch to those who list the database's sessions. */
  void nameAfter(long epoch) {
    name = "holdfast-" + epoch;
  }

  @Override
  public <T> T read(String doing, Work<T> work) {
    try (Connection connection = borrow(doing)) {
      return work.on(connection);
    } catch (SQLException e) {
      throw failure(doing, e, false);
    }
  }

  @Override
  public <T> T change(String doing, Work<T> work) {
    Connection connection = borrow(doing);
    try {
      return work.on(connection);
    } catch (SQLException e) {
      throw failure(doing, e, PostgresFailures.unknown(e));
    } finally {
      giveBack(connection);
    }
  }

  @Override
  public <T> T transaction(String doing, Work<T> work) {
    Connection connection = borrow(doing);
    try {
      T result = begun(doing, connection, work);
      try {
        connection.commit();
        Sql.refuseWarnings(connection.getWarnings());
        return result;
      } catch (SQLException e) {
        throw failure(doing, e, PostgresFailures.unknown(e));
      }
    } finally {
      giveBack(connection); // the pool rolls back what is open, and sets autocommit again
    }
  }

  private <T> T begun(String doing, Connection connection, Work<T> work) {
    try {
      connection.setAutoCommit(false);
      return work.on(connection);
    } catch (SQLException e) {
      throw failure(doing, e, false);
    }
  }

  private Connection borrow(String doing) {
    try {
      Connection connection = pool.getConnection();
      try {
        connection.setClientInfo("ApplicationName", name); // a round trip only if it is another
        return connection;
      } catch (SQLException e) {
        giveBack(connection);
        throw e;
      }
    } catch (SQLException e) {
      throw failure(doing, e, false);
    }
  }

  /**
   * The statement's outcome is known by now, and a connection that fails here is not used again.
   */
  @SuppressWarnings("EmptyCatch")
  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // see above
    }
  }

  @Override
  public <T> T renewal(long epoch, Work<T> work) {
    String doing = "renewing the lease";
    if (closed) {
      throw failure(doing, new SQLException("The database is closed"), false);
    }
    Connection connection = forRenewals;
    if (connection == null) {
      nameAfter(epoch);
      try {
        connection = connect(limits.renewal(), limits.connect());
      } catch (SQLException e) {
        throw failure(doing, e, false);
      }
      forRenewals = connection;
      endPause();
    }
    try {
      return work.on(connection);
    } catch (SQLException e) {
      forRenewals = null;
      giveBack(connection);
      throw failure(doing, e, PostgresFailures.unknown(e));
    }
  }

  private RuntimeException failure(String doing, SQLException e, boolean unknown) {
    return PostgresFailures.failure(url.place(), doing, e, unknown);
  }

  @Override
  public void close() {
    closed = true;
    Connection connection = forRenewals;
    if (connection != null) {
      giveBack(connection);
    }
    pool.close();
  }
}
