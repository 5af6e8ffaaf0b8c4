package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the engine's members in line with the node rows: who is dead in the database, or never
 * registered there, is removed. Fed by the {@link Watch}, on its thread; the sets may be read by
 * anyone.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final long REVIEW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Engine engine;
  private final Arbiter arbiter;
  private final Claims claims;
  private final Ticker ticker;
  private Set<String> membersBefore = Set.of();
  private long reviewedNanos;
  private volatile Set<String> draining = Set.of();
  private volatile Set<Long> unreachable = Set.of();
  private volatile int live = 1;

  Membership(Engine engine, Arbiter arbiter, Claims claims, Ticker ticker) {
    this.engine = engine;
    this.arbiter = arbiter;
    this.claims = claims;
    this.ticker = ticker;
    this.reviewedNanos = ticker.nanos();
  }

  /** Addresses of nodes that are leaving. */
  Set<String> draining() {
    return draining;
  }

  /** Epochs this node cannot reach. */
  Set<Long> unreachable() {
    return unreachable;
  }

  /** How many nodes are up. */
  int live() {
    return live;
  }

  void update(List<NodeRow> rows) {
    List<NodeRow> alive = rows.stream().filter(row -> row.state().live()).toList();
    Set<String> addresses = alive.stream().map(NodeRow::address).collect(Collectors.toSet());
    live = (int) alive.stream().filter(row -> row.state() == NodeRow.State.UP).count();
    draining = alive.stream()
        .filter(row -> row.state() != NodeRow.State.UP)
        .map(NodeRow::address)
        .collect(Collectors.toSet());
    Set<String> cut = engine.unreachable();
    unreachable = alive.stream()
        .filter(row -> cut.contains(row.address()))
        .map(NodeRow::epoch)
        .collect(Collectors.toSet());
    downStrangers(addresses);
    reviewClaims();
  }

  /** A member counts as a stranger only if it was one before the rows were read. */
  private void downStrangers(Set<String> addresses) {
    Set<String> members = engine.members();
    Set<String> strangers = new HashSet<>(members);
    strangers.retainAll(membersBefore);
    strangers.removeAll(addresses);
    membersBefore = members;
    if (!strangers.isEmpty()) {
      engine.down(strangers);
    }
  }

  private void reviewClaims() {
    long now = ticker.nanos();
    if (now - reviewedNanos > REVIEW_NANOS) {
      reviewedNanos = now;
      try {
        claims.review(arbiter.claims());
      } catch (DatabaseException e) {
        LOG.debug("claims cannot be reviewed: {}", e.getMessage());
      }
    }
  }
}
