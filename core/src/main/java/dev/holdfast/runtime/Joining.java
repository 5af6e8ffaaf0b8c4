package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a registered node into the cluster. The database names one node that forms it; all others
 * join live members, and never form one of their own. Joined counts only beside one of those: a
 * cluster whose members are all dead in the database is no more.
 *
 * <p>A node that was evicted because others could not reach it is on probation: it must be joined,
 * and out of nobody's reach, for longer than it takes to notice that it is not. Until then it is no
 * member, so that nobody has to evict it again, and nothing is placed on it.
 */
final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HINT = Duration.ofSeconds(5);
  private static final String LOOK_AT = "check that nodes reach each other (node.host in a server,"
      + " listen(...) in an application), and their certificates: all nodes or none must have them"
      + " (node.tls, tls(...))";

  private final Arbiter arbiter;
  private final Engine engine;
  private final Ticker ticker;
  private final Pause pause;
  private final long epoch;
  private final long probationNanos;
  private boolean forming;
  private List<String> asked = List.of();
  private boolean beside;
  private long besideSinceNanos;

  /** @param probation for how long it must be joined and within reach before it is a member */
  Joining(
      Arbiter arbiter, Engine engine, Ticker ticker, Pause pause, long epoch, Duration probation) {
    this.arbiter = arbiter;
    this.engine = engine;
    this.ticker = ticker;
    this.pause = pause;
    this.epoch = epoch;
    this.probationNanos = probation.toNanos();
  }

  /**
   * Joins, and marks the node as a member. To be called once.
   *
   * @throws NotDone.CannotStart if that does not succeed within a minute, or the others do not
   *     reach the node that is on probation
   */
  void join() {
    long until = ticker.nanos() + PATIENCE.toNanos() + probationNanos;
    long hint = ticker.nanos() + HINT.toNanos() + probationNanos;
    boolean hinted = false;
    String trouble = "no live node could be joined";
    while (ticker.nanos() - until < 0) {
      if (!hinted && ticker.nanos() - hint >= 0) {
        hinted = true;
        LOG.warn("epoch {} could not join {} yet: {}", epoch, asked, LOOK_AT);
      }
      try {
        if (joined()) {
          return;
        }
      } catch (DatabaseException e) {
        trouble = "the database does not answer: " + e.getMessage();
      }
      pause.pause(POLL);
    }
    throw new NotDone.CannotStart("could not join the other nodes within " + PATIENCE.toSeconds()
        + " s: " + trouble + "; " + LOOK_AT);
  }

  private boolean joined() {
    Arbiter.Formation formation = arbiter.formation();
    List<NodeRow> others = arbiter.nodes().stream()
        .filter(row -> row.state() == NodeRow.State.UP && row.epoch() != epoch)
        .filter(row -> row.member() || row.epoch() == formation.founder())
        .toList();
    List<String> seeds = others.stream().map(NodeRow::address).sorted().toList();
    boolean together = forming || !Collections.disjoint(engine.members(), seeds);
    if (engine.joined() && together) {
      checkReach(others);
      return probationIsOver() && arbiter.member(epoch, formation.incarnation());
    }
    if (!forming && arbiter.form(epoch)) {
      LOG.info("epoch {} forms the cluster", epoch);
      forming = true;
      engine.join(true, List.of());
    } else if (!forming && !seeds.isEmpty() && !seeds.equals(asked)) {
      asked = seeds;
      engine.join(false, seeds);
    }
    return false;
  }

  private void checkReach(List<NodeRow> others) {
    Set<String> cut = engine.unreachable();
    boolean within = others.stream()
        .noneMatch(row -> row.unreachable().contains(epoch) || cut.contains(row.address()));
    if (!within && probationNanos > 0) {
      throw new NotDone.CannotStart("some of the other nodes still cannot reach it");
    }
  }

  private boolean probationIsOver() {
    long now = ticker.nanos();
    if (!beside) {
      beside = true;
      besideSinceNanos = now;
    }
    return now - besideSinceNanos >= probationNanos;
  }
}
