package dev.holdfast.jdbc;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** A PostgreSQL database. Several threads may use one. */
final class PostgresDatabase implements Database {
  private final PostgresSessions sessions;
  private final PostgresOpening opening;
  private final PostgresStore store;
  private final PostgresArbiter arbiter;

  PostgresDatabase(Settings settings) {
    PostgresUrl url = PostgresUrl.of(settings.url());
    sessions = new PostgresSessions(settings, url);
    opening = new PostgresOpening(sessions, url, settings);
    store = new PostgresStore(sessions);
    arbiter = new PostgresArbiter(sessions, opening);
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
    return 2;
  }

  @Override
  public Duration watchInterval() {
    return Duration.ofMillis(100);
  }

  @Override
  public String describe() {
    return opening.describe();
  }

  @Override
  public void measure(MeterRegistry registry, String node) {
    sessions.measure(registry, node);
  }

  @Override
  public void close() {
    sessions.close();
  }
}
