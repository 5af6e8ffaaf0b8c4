package dev.holdfast.testkit;

import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of all nodes in memory. Guarded by the database it belongs to. */
final class MemoryNodes {
  private final Map<Long, NodeRow> rows = new TreeMap<>();
  private final MemoryHistory history;
  private long lastEpoch;

  /** @param history is told of nodes that are over */
  MemoryNodes(MemoryHistory history) {
    this.history = history;
  }

  List<NodeRow> rows() {
    return List.copyOf(rows.values());
  }

  @Nullable NodeRow get(long epoch) {
    return rows.get(epoch);
  }

  boolean live(long epoch) {
    NodeRow n = rows.get(epoch);
    return n != null && n.state().live();
  }

  /** Whether it is live, and nobody has told it to go. */
  boolean stays(long epoch) {
    NodeRow n = rows.get(epoch);
    return n != null && (n.state() == NodeRow.State.UP || n.state() == NodeRow.State.DRAINING);
  }

  /** No epoch is ever given again. */
  void clear() {
    rows.clear();
  }

  OptionalLong register(String uuid, String name, String address, String http, Duration leaseTtl) {
    Optional<NodeRow> known =
        rows.values().stream().filter(n -> n.uuid().equals(uuid)).findFirst();
    if (known.isPresent()) {
      NodeRow n = known.get();
      return n.state().live() ? OptionalLong.of(n.epoch()) : OptionalLong.empty();
    }
    boolean taken =
        rows.values().stream().anyMatch(n -> n.name().equals(name) && n.state().live());
    if (taken) {
      return OptionalLong.empty();
    }
    long epoch = ++lastEpoch;
    rows.put(
        epoch,
        new NodeRow(
            epoch, uuid, name, address, http, NodeRow.State.UP, 0, false, Set.of(), leaseTtl));
    return OptionalLong.of(epoch);
  }

  boolean renew(long epoch, String uuid, Set<Long> unreachable) {
    NodeRow n = rows.get(epoch);
    if (n == null || !stays(epoch) || !n.uuid().equals(uuid)) {
      return false;
    }
    put(n, n.state(), n.heartbeat() + 1, n.member(), Set.copyOf(unreachable));
    return true;
  }

  /** Moves a live node to a later state; false if there is none, or the state is an earlier one. */
  boolean move(long epoch, NodeRow.State state, long by) {
    NodeRow n = rows.get(epoch);
    if (n == null || !n.state().live() || state.compareTo(n.state()) < 0) {
      return false;
    }
    if (!state.live()) {
      history.over(epoch, by);
    }
    put(n, state, n.heartbeat(), n.member(), n.unreachable());
    return true;
  }

  boolean anyMemberBut(long epoch) {
    return rows.values().stream()
        .anyMatch(n -> n.epoch() != epoch && n.member() && n.state().live());
  }

  void noMembers() {
    rows().forEach(n -> put(n, n.state(), n.heartbeat(), false, n.unreachable()));
  }

  /** It is a member from now on; false if it is not live. */
  boolean member(long epoch) {
    NodeRow n = rows.get(epoch);
    if (n == null || !n.state().live()) {
      return false;
    }
    put(n, n.state(), n.heartbeat(), true, n.unreachable());
    return true;
  }

  private void put(
      NodeRow n, NodeRow.State state, long heartbeat, boolean member, Set<Long> unreachable) {
    rows.put(
        n.epoch(),
        new NodeRow(
            n.epoch(),
            n.uuid(),
            n.name(),
            n.address(),
            n.http(),
            state,
            heartbeat,
            member,
            unreachable,
            n.leaseTtl()));
  }
}
