package dev.holdfast.jdbc;

import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.OptionalLong;

/** The arbiter over PostgreSQL. Holds no state. */
final class PostgresArbiter extends SqlArbiter {
  private final PostgresSessions sessions;
  private final PostgresOpening opening;

  PostgresArbiter(PostgresSessions sessions, PostgresOpening opening) {
    super(sessions, Dialect.POSTGRESQL);
    this.sessions = sessions;
    this.opening = opening;
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
