package dev.holdfast.jdbc;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the arbiters over PostgreSQL and SQLite have in common: nearly all. Holds no state. */
abstract sealed class SqlArbiter implements Arbiter permits PostgresArbiter, SqliteArbiter {
  final ArbiterSql sql;
  final HistorySql history;
  private final Sessions sessions;

  SqlArbiter(Sessions sessions, Dialect dialect, HistorySql history) {
    this.sessions = sessions;
    this.sql = new ArbiterSql(dialect);
    this.history = history;
  }

  /** Takes a claim and writes that down, both or none; answers the token. */
  abstract OptionalLong take(Connection connection, int shard, long epoch) throws SQLException;

  /** Frees a claim and writes that down, both or none. */
  abstract void free(Connection connection, int shard, long epoch, long token) throws SQLException;

  /** A column that holds a time; null if it holds none. */
  abstract @Nullable Instant time(ResultSet result, String column) throws SQLException;

  /** Makes the row, or finds the one that was made under this uuid before. */
  final OptionalLong insertNode(
      Connection connection,
      String uuid,
      String name,
      String address,
      String http,
      Duration leaseTtl)
      throws SQLException {
    OptionalLong epoch = Sql.changeReturning(
        connection, sql.register, uuid, name, address, http, leaseTtl.toMillis(), name);
    return epoch.isPresent()
        ? epoch
        : Sql.list(connection, sql.registered, result -> result.getLong("epoch"), uuid).stream()
            .mapToLong(Long::longValue)
            .findFirst();
  }

  @Override
  public final boolean renew(long epoch, String uuid, Set<Long> unreachable) {
    String epochs =
        unreachable.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    return sessions.renewal(
        epoch, connection -> Sql.change(connection, sql.renew, epochs, epoch, uuid) > 0);
  }

  @Override
  public final List<NodeRow> nodes() {
    return sessions.read(
        "reading the nodes", connection -> Sql.list(connection, sql.nodes, SqlArbiter::node));
  }

  @Override
  public boolean fence(long epoch, long heartbeatSeen, long by) {
    return sessions.change(
        "fencing a node",
        connection -> Sql.change(connection, sql.fence, by, epoch, heartbeatSeen) > 0);
  }

  @Override
  public boolean fenceDead(long epoch, long by) {
    Optional<NodeRow> dead = nodes().stream()
        .filter(node -> node.epoch() == epoch && provenDead(node))
        .findFirst();
    return dead.isPresent()
        && sessions.change(
            "fencing a dead node",
            connection ->
                Sql.change(connection, sql.fenceDead, by, epoch, dead.get().uuid()) > 0);
  }

  @Override
  public void state(long epoch, NodeRow.State state) {
    String name = text(state);
    sessions.change(
        "changing a node's state",
        connection -> Sql.change(connection, sql.state, name, name, epoch, name, name));
  }

  @Override
  public final boolean evict(Set<Long> victims, Set<Long> staying) {
    return sessions.transaction("evicting nodes", connection -> {
      Sql.list(connection, sql.lockCluster, SqlArbiter::formation);
      for (long epoch : staying) {
        if (Sql.list(connection, sql.staying, result -> result.getLong("epoch"), epoch)
            .isEmpty()) {
          return false;
        }
      }
      for (long epoch : victims) {
        Sql.change(connection, sql.evict, epoch);
      }
      return true;
    });
  }

  @Override
  public final boolean form(long epoch) {
    return sessions.transaction("forming the cluster", connection -> {
      Formation present =
          Sql.list(connection, sql.lockCluster, SqlArbiter::formation).get(0);
      if (present.founder() == epoch) {
        return isLive(connection, epoch);
      }
      boolean formed = Sql.change(connection, sql.form, epoch, epoch, epoch) > 0;
      if (formed) {
        Sql.change(connection, sql.forgetMembers);
      }
      return formed;
    });
  }

  private static boolean isLive(Connection connection, long epoch) throws SQLException {
    return Sql.list(
            connection,
            "SELECT state FROM holdfast_node WHERE epoch = ?",
            result -> state(result).live(),
            epoch)
        .contains(true);
  }

  @Override
  public final Formation formation() {
    return sessions
        .read(
            "reading the formation",
            connection -> Sql.list(connection, sql.formation, SqlArbiter::formation))
        .get(0);
  }

  @Override
  public final boolean member(long epoch, long incarnation) {
    return sessions.change(
        "joining the cluster",
        connection -> Sql.change(connection, sql.member, incarnation, epoch) > 0);
  }

  @Override
  public final OptionalLong claim(int shard, long epoch) {
    return sessions.change("claiming a shard", connection -> {
      OptionalLong token = take(connection, shard, epoch);
      if (token.isEmpty()) {
        Sql.change(connection, sql.want, epoch, shard, epoch, epoch);
      }
      return token;
    });
  }

  @Override
  public final OptionalLong barrier(int shard, long epoch, long token) {
    return sessions.change(
        "raising a claim's token",
        connection -> Sql.changeReturning(connection, sql.barrier, shard, epoch, token));
  }

  @Override
  public final void release(int shard, long epoch, long token) {
    sessions.change("releasing a shard", connection -> {
      free(connection, shard, epoch, token);
      return true;
    });
  }

  @Override
  public final void refused(int shard, long epoch, long token) {
    sessions.change(
        "writing a refusal down",
        connection -> Sql.change(
            connection, history.refused, shard, epoch, shard, epoch, token, shard, epoch));
  }

  @Override
  public final List<HistoryRow> history(int shard, int limit) {
    return sessions.read(
        "reading the history",
        connection -> Sql.list(connection, history.list, this::take, shard, limit));
  }

  @Override
  public final List<HistoryRow> latest(int limit) {
    return sessions.read(
        "reading the latest history",
        connection -> Sql.list(connection, history.latest, this::take, limit));
  }

  @Override
  public final List<ClaimRow> claims() {
    return sessions.read(
        "reading the claims", connection -> Sql.list(connection, sql.claims, SqlArbiter::claim));
  }

  @Override
  public final Optional<ClaimRow> claim(int shard) {
    return sessions
        .read(
            "reading a claim",
            connection -> Sql.list(connection, sql.oneClaim, SqlArbiter::claim, shard))
        .stream()
        .findFirst();
  }

  private static Formation formation(ResultSet result) throws SQLException {
    return new Formation(result.getLong("incarnation"), result.getLong("founder"));
  }

  private static ClaimRow claim(ResultSet result) throws SQLException {
    return new ClaimRow(
        result.getInt("shard"),
        result.getLong("owner"),
        result.getLong("token"),
        result.getLong("wanted_by"));
  }

  private HistoryRow take(ResultSet result) throws SQLException {
    return new HistoryRow(
        result.getInt("shard"),
        result.getLong("token"),
        result.getLong("epoch"),
        result.getString("node"),
        Objects.requireNonNull(time(result, "taken_at")),
        time(result, "released_at"),
        time(result, "refused_at"),
        result.getString("state") == null ? null : state(result),
        time(result, "ended_at"),
        result.getLong("fenced_by"));
  }

  private static NodeRow node(ResultSet result) throws SQLException {
    return new NodeRow(
        result.getLong("epoch"),
        result.getString("uuid"),
        result.getString("name"),
        result.getString("address"),
        result.getString("http"),
        state(result),
        result.getLong("heartbeat"),
        result.getBoolean("member"),
        epochs(result.getString("unreachable")),
        Duration.ofMillis(result.getLong("lease_ttl_ms")));
  }

  private static Set<Long> epochs(String list) {
    return list.isEmpty()
        ? Set.of()
        : Arrays.stream(list.split(",", -1)).map(Long::valueOf).collect(Collectors.toSet());
  }

  private static NodeRow.State state(ResultSet result) throws SQLException {
    return NodeRow.State.valueOf(result.getString("state").toUpperCase(Locale.ROOT));
  }

  static String text(NodeRow.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
