package dev.holdfast.jdbc;

import dev.holdfast.spi.NodeRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The arbiter over PostgreSQL. Holds no state. */
final class PostgresArbiter extends SqlArbiter {
  private final PostgresSessions sessions;
  private final PostgresOpening opening;
  private final String takeAndNote;
  private final String freeAndNote;

  PostgresArbiter(PostgresSessions sessions, PostgresOpening opening) {
    super(sessions, Dialect.POSTGRESQL, HistorySql.within(Dialect.POSTGRESQL, "changed"));
    this.sessions = sessions;
    this.opening = opening;
    this.takeAndNote =
        "WITH changed AS (%s), noted AS (%s), trimmed AS (%s) SELECT token FROM changed"
            .formatted(sql.claim, history.taken, history.trimmed);
    this.freeAndNote = "WITH changed AS (%s) %s".formatted(sql.release, history.released);
  }

  /** One statement, which is one round trip and one commit. */
  @Override
  OptionalLong take(Connection connection, int shard, long epoch) throws SQLException {
    return Sql.changeReturning(connection, takeAndNote, epoch, shard, epoch, epoch);
  }

  @Override
  void free(Connection connection, int shard, long epoch, long token) throws SQLException {
    Sql.change(connection, freeAndNote, shard, epoch, token, epoch);
  }

  @Override
  @Nullable Instant time(ResultSet result, String column) throws SQLException {
    OffsetDateTime time = result.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  @Override
  public void open(int shards, int hashVersion) {
    opening.open(shards, hashVersion);
  }

  @Override
  public OptionalLong register(
      String uuid, String name, String address, String http, Duration leaseTtl) {
    OptionalLong epoch = sessions.change(
        "registering the node",
        connection -> insertNode(connection, uuid, name, address, http, leaseTtl));
    epoch.ifPresent(sessions::nameAfter);
    return epoch;
  }

  /** Never: nothing about a process can be known for sure from another host. */
  @Override
  public boolean provenDead(NodeRow node) {
    return false;
  }
}
