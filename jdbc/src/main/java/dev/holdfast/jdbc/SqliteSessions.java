package dev.holdfast.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections to an SQLite file: readers, which wait for nobody; a thread that writes; and another
 * for renewals, which waits for the first no longer than one transaction. Several threads may use
 * one.
 */
final class SqliteSessions implements Sessions, AutoCloseable {
  private final SqliteFile file;
  private final Limits limits;
  private volatile @Nullable Running running;
  private Consumer<HikariDataSource> measured = readers -> {};

  SqliteSessions(SqliteFile file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /** Of effect before {@link #start}. */
  synchronized void measure(MeterRegistry registry, String node) {
    measured = readers -> {
      readers.setPoolName("holdfast-" + node);
      readers.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
    };
  }

  private record Running(
      FileTurn turn, SqliteWriter writer, SqliteWriter renewer, HikariDataSource readers) {}

  /**
   * Starts the threads.
   *
   * @param database the same path in every process that uses the database
   */
  synchronized void start(Path database) throws IOException {
    if (running == null) {
      FileTurn turn = FileTurn.at(database);
      HikariDataSource readers = file.readers();
      measured.accept(readers);
      running = new Running(
          turn,
          new SqliteWriter(file, turn, "holdfast-sqlite-writer"),
          new SqliteWriter(file, turn, "holdfast-sqlite-renewer"),
          readers);
    }
  }

  private Running running(String doing) {
    Running now = running;
    if (now == null) {
      throw file.failure(doing, "the database is not open", null, false);
    }
    return now;
  }

  @Override
  public <T> T read(String doing, Work<T> work) {
    try (Connection connection = running(doing).readers().getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw file.failure(doing, e, false);
    }
  }

  @Override
  public <T> T change(String doing, Work<T> work) {
    return transaction(doing, work);
  }

  @Override
  public <T> T transaction(String doing, Work<T> work) {
    return running(doing).writer().run(doing, limits.statement(), limits.renewal(), work);
  }

  @Override
  public <T> T renewal(long epoch, Work<T> work) {
    String doing = "renewing the lease";
    return running(doing).renewer().run(doing, limits.renewal(), limits.renewal(), work);
  }

  /** Runs what makes or checks the tables, with more patience. */
  <T> T opening(Work<T> work) {
    String doing = "opening it";
    return running(doing).writer().run(doing, limits.opening(), limits.opening(), work);
  }

  @Override
  public synchronized void close() throws IOException {
    Running last = running;
    running = null;
    if (last != null) {
      last.writer().close();
      last.renewer().close();
      last.readers().close();
      last.turn().close();
    }
  }
}
