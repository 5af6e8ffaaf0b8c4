package dev.holdfast.protocol;

import dev.holdfast.protocol.MutualReach.Cut;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says who has to go, from the node rows alone: which members the engine is to remove, which nodes
 * are to be evicted, and whether this node itself is over.
 *
 * <h2>Who is removed</h2>
 *
 * A member whose row is left, fenced or missing. It counts only if it was a member before the rows
 * were read: one that registered meanwhile is in no row yet.
 *
 * <h2>Who is evicted</h2>
 *
 * Nodes that live in the database but cannot reach each other hold up the engine, which can neither
 * place nor move shards while a member is out of reach. Each node says in its row whom it cannot
 * reach. The largest set of members that all reach each other stays, the others go; see
 * {@link MutualReach}. Every node computes the same from the same rows, and it only ever evicts for
 * a set that it belongs to itself. The database lets an eviction pass only while the whole staying
 * set stays, so that of two nodes that saw different rows one is refused.
 *
 * <h2>When</h2>
 *
 * Only if exactly the same cuts were there in an unbroken series of observations, over two fifths
 * of the longest {@code lease-ttl} among the members and at least a second. Failure detectors do
 * not notice a cut at the same moment; whoever acts on the first part of it evicts the wrong ones.
 * A link that comes and goes is never acted on.
 *
 * <p>A node whose heartbeat has stood still for a third of its {@code lease-ttl} is left out of the
 * graph: it is dead or paused, and a matter of the fence. That is shorter than what a cut must
 * last. Hence a dead node is always left out before anybody could be evicted for not reaching it.
 *
 * <p>Confined to one thread.
 */
public final class Downing {
  private static final long LEAST_STABLE_NANOS = 1_000_000_000;

  /**
   * What is seen at one moment.
   *
   * @param rows all live rows, and the latest of those that are over
   * @param members the engine's members, by address
   * @param renewing whether this node's own lease is valid and its renewals succeed
   */
  public record Sight(long nowNanos, List<NodeRow> rows, Set<String> members, boolean renewing) {}

  /** What is to become of this node itself. */
  public enum Fate {
    /** It goes on. */
    STAYS,
    /** Somebody told it to leave, in order and at its leisure. */
    LEAVES,
    /** It is told to go, and has what is left of its lease to do so in order. */
    GOES,
    /** Its row is over: it was declared dead. */
    OVER
  }

  /**
   * What is to be done.
   *
   * @param down the members to remove, by address
   * @param evict the epochs to evict; empty if there is nothing to settle
   * @param staying the epochs for whose sake they go, all of which must stay
   */
  public record Verdict(Set<String> down, Set<Long> evict, Set<Long> staying, Fate fate) {}

  private final long epoch;
  private Set<String> membersBefore = Set.of();
  private final Heartbeats heartbeats = new Heartbeats();
  private Set<Cut> cuts = Set.of();
  private long cutsSinceNanos;
  private @Nullable Long lastNanos;

  /** Of the node with that epoch, having seen nothing yet. */
  public Downing(long epoch) {
    this.epoch = epoch;
  }

  /** Takes in what was seen. */
  public Verdict observe(Sight sight) {
    List<NodeRow> alive = sight.rows.stream().filter(row -> row.state().live()).toList();
    Set<String> strangers = strangers(sight.members, alive);
    heartbeats.listen(sight.nowNanos, alive);
    List<NodeRow> settled = alive.stream()
        .filter(row -> row.member() && stays(row) && !heartbeats.silent(sight.nowNanos, row))
        .toList();
    if (!stable(sight, settled)) {
      return new Verdict(strangers, Set.of(), Set.of(), fate(alive));
    }
    Set<Long> epochs = settled.stream().map(NodeRow::epoch).collect(Collectors.toSet());
    Set<Long> staying = MutualReach.largest(epochs, cuts);
    epochs.removeAll(staying);
    boolean ours = staying.contains(epoch);
    return new Verdict(
        strangers, ours ? Set.copyOf(epochs) : Set.of(), ours ? staying : Set.of(), fate(alive));
  }

  /** Rows could not be read: what was seen so far proves nothing any more. */
  public void interrupted() {
    cuts = Set.of();
    heartbeats.forget();
    lastNanos = null;
  }

  private Set<String> strangers(Set<String> members, List<NodeRow> alive) {
    Set<String> strangers = new HashSet<>(members);
    strangers.retainAll(membersBefore);
    alive.forEach(row -> strangers.remove(row.address()));
    membersBefore = Set.copyOf(members);
    return strangers;
  }

  private static boolean stays(NodeRow row) {
    return row.state() == State.UP || row.state() == State.DRAINING;
  }

  private boolean stable(Sight sight, List<NodeRow> settled) {
    long now = sight.nowNanos;
    long needed = stableNanos(settled);
    Set<Cut> seen = cuts(settled);
    boolean broken = lastNanos == null || now - lastNanos > needed / 2 || !sight.renewing;
    lastNanos = now;
    if (broken || !seen.equals(cuts)) {
      cuts = seen;
      cutsSinceNanos = now;
    }
    return !seen.isEmpty() && now - cutsSinceNanos >= needed;
  }

  private static long stableNanos(List<NodeRow> settled) {
    long longest = settled.stream()
        .map(NodeRow::leaseTtl)
        .max(Comparator.naturalOrder())
        .map(ttl -> ttl.toNanos() / 5 * 2)
        .orElse(LEAST_STABLE_NANOS);
    return Math.max(longest, LEAST_STABLE_NANOS);
  }

  private static Set<Cut> cuts(List<NodeRow> settled) {
    Set<Long> epochs = settled.stream().map(NodeRow::epoch).collect(Collectors.toSet());
    Set<Cut> found = new HashSet<>();
    for (NodeRow row : settled) {
      row.unreachable().stream()
          .filter(other -> other != row.epoch() && epochs.contains(other))
          .forEach(other -> found.add(Cut.between(row.epoch(), other)));
    }
    return found;
  }

  private Fate fate(List<NodeRow> alive) {
    return alive.stream()
        .filter(row -> row.epoch() == epoch)
        .findFirst()
        .map(row -> switch (row.state()) {
          case UP -> Fate.STAYS;
          case DRAINING -> Fate.LEAVES;
          case EVICTING -> Fate.GOES;
          case LEFT, FENCED -> Fate.OVER;
        })
        .orElse(Fate.OVER);
  }
}
