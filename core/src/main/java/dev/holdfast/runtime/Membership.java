package dev.holdfast.runtime;

import dev.holdfast.protocol.Downing;
import dev.holdfast.protocol.Downing.Fate;
import dev.holdfast.protocol.Downing.Verdict;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the engine's members in line with the node rows, by what {@link Downing} says. Fed by the
 * {@link Watch}, on its thread; the sets may be read by anyone.
 */
final class Membership implements Watch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final long REVIEW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Engine engine;
  private final Arbiter arbiter;
  private final Claims claims;
  private final Consumer<Map<Long, String>> onLive;
  private final Ticker ticker;
  private final Downing downing;
  private final Consumer<Fate> onFate;
  private final Runnable onRemoval;
  private final Runnable onReach;
  private final NodeMeters meters;
  private long reviewedNanos;
  private Set<String> members = Set.of();
  private volatile Set<String> draining = Set.of();
  private volatile Set<Long> unreachable = Set.of();
  private volatile int live = 1;

  /**
   * Members that nobody has seen yet.
   *
   * @param onFate is told, again and again, what is to become of this node, unless it stays
   * @param onRemoval runs when the engine was told to remove members, or has removed some because
   *     another node told it to
   * @param onReach runs when {@link #unreachable} has changed
   * @param onLive is told now and then which epochs are live, with their addresses
   */
  Membership(
      Engine engine,
      Arbiter arbiter,
      Claims claims,
      Ticker ticker,
      long epoch,
      Consumer<Fate> onFate,
      Runnable onRemoval,
      Runnable onReach,
      Consumer<Map<Long, String>> onLive,
      NodeMeters meters) {
    this.engine = engine;
    this.arbiter = arbiter;
    this.claims = claims;
    this.onLive = onLive;
    this.ticker = ticker;
    this.downing = new Downing(epoch);
    this.onFate = onFate;
    this.onRemoval = onRemoval;
    this.onReach = onReach;
    this.meters = meters;
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

  @Override
  public void seen(List<NodeRow> rows, boolean renewing) {
    List<NodeRow> alive = rows.stream().filter(row -> row.state().live()).toList();
    live = (int) alive.stream().filter(row -> row.state() == NodeRow.State.UP).count();
    draining = alive.stream()
        .filter(row -> row.state() != NodeRow.State.UP)
        .map(NodeRow::address)
        .collect(Collectors.toSet());
    look(alive);
    Set<String> present = engine.members();
    if (!present.containsAll(members)) {
      onRemoval.run();
    }
    members = present;
    carryOut(downing.observe(new Downing.Sight(ticker.nanos(), rows, present, renewing)));
    review(alive);
  }

  private void look(List<NodeRow> alive) {
    Set<String> cut = engine.unreachable();
    Set<Long> before = unreachable;
    unreachable = alive.stream()
        .filter(row -> cut.contains(row.address()))
        .map(NodeRow::epoch)
        .collect(Collectors.toSet());
    if (!unreachable.equals(before)) {
      onReach.run();
    }
  }

  @Override
  public void blind() {
    downing.interrupted();
  }

  @Override
  public boolean cutFrom(NodeRow node) {
    if (engine.members().contains(node.address())) {
      return engine.unreachable().contains(node.address());
    }
    return !engine.listensAt(node.address());
  }

  private void carryOut(Verdict verdict) {
    if (!verdict.down().isEmpty()) {
      engine.down(verdict.down());
      onRemoval.run();
    }
    if (!verdict.evict().isEmpty() && arbiter.evict(verdict.evict(), verdict.staying())) {
      meters.evicted();
      LOG.warn(
          "evicted epochs {}: they and epochs {} live, but do not all reach each other",
          verdict.evict(),
          verdict.staying());
    }
    if (verdict.fate() != Fate.STAYS) {
      onFate.accept(verdict.fate());
    }
  }

  private void review(List<NodeRow> alive) {
    long now = ticker.nanos();
    if (now - reviewedNanos > REVIEW_NANOS) {
      reviewedNanos = now;
      onLive.accept(alive.stream().collect(Collectors.toMap(NodeRow::epoch, NodeRow::address)));
      try {
        claims.review(arbiter.claims());
      } catch (DatabaseException e) {
        LOG.debug("claims cannot be reviewed: {}", e.getMessage());
      }
    }
  }
}
