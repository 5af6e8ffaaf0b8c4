package dev.holdfast.jdbc;

import dev.holdfast.spi.NodeRow;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The arbiter over SQLite, which can prove a node's death. Several threads may use one. */
final class SqliteArbiter extends SqlArbiter implements AutoCloseable {
  private final Sessions sessions;
  private final SqliteFile file;
  private final SqliteOpening opening;
  private final Map<Long, String> registered = new ConcurrentHashMap<>();
  private volatile @Nullable NodeLocks locks;

  SqliteArbiter(Sessions sessions, SqliteFile file, SqliteOpening opening) {
    super(sessions, Dialect.SQLITE, HistorySql.after(Dialect.SQLITE));
    this.sessions = sessions;
    this.file = file;
    this.opening = opening;
  }

  @Override
  public synchronized void open(int shards, int hashVersion) {
    Path database = opening.open(shards, hashVersion);
    if (locks == null) {
      locks = new NodeLocks(database);
    }
  }

  private NodeLocks locks() {
    NodeLocks present = locks;
    if (present == null) {
      throw file.failure("using a node's lock", "the database is not open", null, false);
    }
    return present;
  }

  @Override
  public OptionalLong register(
      String uuid, String name, String address, String http, Duration leaseTtl) {
    String doing = "registering the node";
    OptionalLong epoch = sessions.transaction(doing, connection -> {
      try {
        return lockAndInsert(connection, uuid, name, address, http, leaseTtl);
      } catch (IOException e) {
        throw file.failure(doing, String.valueOf(e.getMessage()), e, false);
      }
    });
    epoch.ifPresent(value -> registered.put(value, uuid));
    return epoch;
  }

  /** Takes the lock first: a live row whose node holds none would look dead. */
  private OptionalLong lockAndInsert(
      Connection connection,
      String uuid,
      String name,
      String address,
      String http,
      Duration leaseTtl)
      throws SQLException, IOException {
    locks()
        .sweep(new HashSet<>(Sql.list(
            connection,
            "SELECT uuid FROM holdfast_node WHERE state IN ('up', 'draining', 'evicting')",
            result -> result.getString("uuid"))));
    boolean before = locks().holds(uuid);
    if (!before) {
      locks().hold(uuid);
    }
    OptionalLong epoch = insertNode(connection, uuid, name, address, http, leaseTtl);
    if (epoch.isEmpty() && !before) {
      locks().drop(uuid);
    }
    return epoch;
  }

  @Override
  OptionalLong take(Connection connection, int shard, long epoch) throws SQLException {
    OptionalLong token = Sql.changeReturning(connection, sql.claim, epoch, shard, epoch, epoch);
    if (token.isPresent()) {
      Sql.change(connection, history.taken, shard);
      Sql.change(connection, history.trimmed, shard, shard);
    }
    return token;
  }

  @Override
  void free(Connection connection, int shard, long epoch, long token) throws SQLException {
    if (Sql.changeReturning(connection, sql.release, shard, epoch, token).isPresent()) {
      Sql.change(connection, history.released, shard, epoch, shard);
    }
  }

  @Override
  @Nullable Instant time(ResultSet result, String column) throws SQLException {
    String text = result.getString(column);
    return text == null ? null : Instant.parse(text);
  }

  @Override
  public boolean provenDead(NodeRow node) {
    return locks().isDead(node.uuid());
  }

  @Override
  public boolean fence(long epoch, long heartbeatSeen, long by) {
    return removingLock(epoch, super.fence(epoch, heartbeatSeen, by));
  }

  @Override
  public boolean fenceDead(long epoch, long by) {
    return removingLock(epoch, super.fenceDead(epoch, by));
  }

  private boolean removingLock(long epoch, boolean fenced) {
    if (fenced) {
      nodes().stream()
          .filter(node -> node.epoch() == epoch)
          .forEach(node -> locks().remove(node.uuid()));
    }
    return fenced;
  }

  @Override
  public void state(long epoch, NodeRow.State state) {
    super.state(epoch, state);
    String uuid = registered.get(epoch);
    if (uuid != null && !state.live()) {
      locks().over(uuid);
    }
  }

  /** Gives the locks of this database's nodes back: from now on they are dead. */
  @Override
  public void close() {
    NodeLocks present = locks;
    if (present != null) {
      present.close();
    }
  }
}
