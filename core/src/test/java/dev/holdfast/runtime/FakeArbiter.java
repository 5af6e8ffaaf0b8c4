package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.HistoryRow;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The tables of nodes and claims, to be set up and looked into by a test. */
final class FakeArbiter implements Arbiter {
  static final Duration TTL = Duration.ofSeconds(1);

  final Map<Long, NodeRow> nodes = new TreeMap<>();
  final Map<Integer, ClaimRow> claims = new HashMap<>();
  final Set<String> down = ConcurrentHashMap.newKeySet();
  final Set<String> losing = new HashSet<>();
  final List<String> refusals = new ArrayList<>();
  Formation formation = new Formation(0, 0);
  final AtomicInteger renewals = new AtomicInteger();
  boolean dead;
  int looks;
  Runnable onLook = () -> {};

  static NodeRow row(long epoch, String name, String address, boolean member) {
    return new NodeRow(
        epoch, "u" + epoch, name, address, "", NodeRow.State.UP, 0, member, Set.of(), TTL);
  }

  private static NodeRow with(NodeRow row, NodeRow.State state, long heartbeat) {
    return new NodeRow(
        row.epoch(),
        row.uuid(),
        row.name(),
        row.address(),
        row.http(),
        state,
        heartbeat,
        row.member(),
        row.unreachable(),
        row.leaseTtl());
  }

  static NodeRow unreachable(NodeRow row, Set<Long> epochs) {
    return new NodeRow(
        row.epoch(),
        row.uuid(),
        row.name(),
        row.address(),
        row.http(),
        row.state(),
        row.heartbeat(),
        row.member(),
        epochs,
        row.leaseTtl());
  }

  void put(NodeRow row) {
    nodes.put(row.epoch(), row);
  }

  void beat(long epoch) {
    nodes.computeIfPresent(epoch, (e, row) -> with(row, row.state(), row.heartbeat() + 1));
  }

  private void check(String statement) {
    if (down.contains(statement)) {
      throw DatabaseException.notDone("down", new IllegalStateException(statement));
    }
  }

  private void lose(String statement) {
    if (losing.remove(statement)) {
      throw DatabaseException.outcomeUnknown("lost", new IllegalStateException(statement));
    }
  }

  @Override
  public void open(int shards, int hashVersion) {}

  @Override
  public OptionalLong register(
      String uuid, String name, String address, String http, Duration leaseTtl) {
    check("register");
    Optional<NodeRow> known = nodes.values().stream()
        .filter(n -> n.uuid().equals(uuid) && n.state().live())
        .findFirst();
    if (known.isPresent()) {
      return OptionalLong.of(known.get().epoch());
    }
    if (nodes.values().stream().anyMatch(n -> n.name().equals(name) && n.state().live())) {
      return OptionalLong.empty();
    }
    long epoch = nodes.size() + 1L;
    put(new NodeRow(
        epoch, uuid, name, address, http, NodeRow.State.UP, 0, false, Set.of(), leaseTtl));
    lose("register");
    return OptionalLong.of(epoch);
  }

  @Override
  public boolean renew(long epoch, String uuid, Set<Long> unreachable) {
    check("renew");
    renewals.incrementAndGet();
    return !down.contains("renewals");
  }

  @Override
  public List<NodeRow> nodes() {
    check("nodes");
    looks++;
    onLook.run();
    return List.copyOf(nodes.values());
  }

  @Override
  public boolean provenDead(NodeRow node) {
    return dead;
  }

  @Override
  public boolean fence(long epoch, long heartbeatSeen, long by) {
    NodeRow row = nodes.get(epoch);
    return row != null && row.heartbeat() == heartbeatSeen && fenceDead(epoch, by);
  }

  @Override
  public boolean fenceDead(long epoch, long by) {
    return nodes.computeIfPresent(epoch, (e, row) -> with(row, NodeRow.State.FENCED, 0)) != null;
  }

  @Override
  public boolean evict(Set<Long> victims, Set<Long> staying) {
    victims.forEach(victim -> state(victim, NodeRow.State.EVICTING));
    return true;
  }

  @Override
  public void state(long epoch, NodeRow.State state) {
    nodes.computeIfPresent(epoch, (e, row) -> with(row, state, row.heartbeat()));
  }

  @Override
  public boolean form(long epoch) {
    check("form");
    if (formation.founder() == 0) {
      formation = new Formation(formation.incarnation() + 1, epoch);
    }
    return formation.founder() == epoch;
  }

  @Override
  public Formation formation() {
    check("formation");
    return formation;
  }

  @Override
  public boolean member(long epoch, long incarnation) {
    boolean fits = formation.incarnation() == incarnation;
    if (fits) {
      put(row(epoch, "me", "me:1#1", true));
    }
    return fits;
  }

  @Override
  public OptionalLong claim(int shard, long epoch) {
    check("claim");
    ClaimRow row = claims.getOrDefault(shard, new ClaimRow(shard, 0, 0, 0));
    if (row.owner() != 0 && row.owner() != epoch) {
      claims.put(shard, new ClaimRow(shard, row.owner(), row.token(), epoch));
      return OptionalLong.empty();
    }
    claims.put(shard, new ClaimRow(shard, epoch, row.token() + 1, 0));
    lose("claim");
    return OptionalLong.of(row.token() + 1);
  }

  @Override
  public OptionalLong barrier(int shard, long epoch, long token) {
    check("barrier");
    if (!holds(shard, epoch, token)) {
      return OptionalLong.empty();
    }
    claims.put(shard, new ClaimRow(shard, epoch, token + 1, 0));
    lose("barrier");
    return OptionalLong.of(token + 1);
  }

  private boolean holds(int shard, long epoch, long token) {
    ClaimRow row = claims.get(shard);
    return row != null && row.owner() == epoch && row.token() == token;
  }

  @Override
  public void release(int shard, long epoch, long token) {
    check("release");
    if (holds(shard, epoch, token)) {
      claims.put(shard, new ClaimRow(shard, 0, token, 0));
    }
    lose("release");
  }

  @Override
  public List<ClaimRow> claims() {
    return List.copyOf(claims.values());
  }

  @Override
  public Optional<ClaimRow> claim(int shard) {
    return Optional.ofNullable(claims.get(shard));
  }

  @Override
  public void refused(int shard, long epoch, long token) {
    check("refused");
    refusals.add("shard " + shard + " epoch " + epoch + " token " + token);
  }

  @Override
  public List<HistoryRow> history(int shard, int limit) {
    return List.of();
  }
}
