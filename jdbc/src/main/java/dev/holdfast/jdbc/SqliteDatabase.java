package dev.holdfast.jdbc;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An SQLite file, for the nodes of one host. Several threads may use one. */
final class SqliteDatabase implements Database {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

  private final SqliteSessions sessions;
  private final SqliteOpening opening;
  private final SqliteStore store;
  private final SqliteArbiter arbiter;

  SqliteDatabase(Settings settings) {
    Limits limits = Limits.of(settings.leaseTtl());
    SqliteFile file = SqliteFile.of(settings.url(), limits.renewal());
    sessions = new SqliteSessions(file, limits);
    opening = new SqliteOpening(sessions, file, settings.makesTables());
    store = new SqliteStore(sessions);
    arbiter = new SqliteArbiter(sessions, file, opening);
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public Arbiter arbiter() {
    return arbiter;
  }

  @Override
  public int writers() {
    return 1;
  }

  @Override
  public Duration watchInterval() {
    return Duration.ofMillis(50);
  }

  @Override
  public boolean oneHost() {
    return true;
  }

  @Override
  public String describe() {
    return opening.describe();
  }

  @Override
  public void measure(MeterRegistry registry, String node) {
    sessions.measure(registry, node);
  }

  /** Ends the writing first: a node must not be seen dead while it can still write. */
  @Override
  public void close() {
    try {
      sessions.close();
    } catch (IOException e) {
      LOG.warn("Could not close {}: {}", describe(), e.toString());
    } finally {
      arbiter.close();
    }
  }
}
