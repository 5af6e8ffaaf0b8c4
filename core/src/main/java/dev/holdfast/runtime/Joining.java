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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a registered node into the cluster. The database names one node that forms it; all others
 * join live members, and never form one of their own. Joined counts only beside one of those: a
 * cluster whose members are all dead in the database is no more.
 */
final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Arbiter arbiter;
  private final Engine engine;
  private final Ticker ticker;
  private final LeaseGuard lease;
  private final long epoch;

  Joining(Arbiter arbiter, Engine engine, Ticker ticker, LeaseGuard lease, long epoch) {
    this.arbiter = arbiter;
    this.engine = engine;
    this.ticker = ticker;
    this.lease = lease;
    this.epoch = epoch;
  }

  /**
   * Joins, and marks the node as a member.
   *
   * @throws NotDone.CannotStart if that does not succeed within a minute, or the node is declared
   *     dead meanwhile
   */
  void join() {
    long until = ticker.nanos() + PATIENCE.toNanos();
    List<String> asked = List.of();
    boolean forming = false;
    String trouble = "no live node could be joined";
    while (ticker.nanos() - until < 0) {
      if (lease.dead()) {
        throw new NotDone.CannotStart(
            "the node was declared dead while it started; start it again");
      }
      try {
        long incarnation = arbiter.formation().incarnation();
        List<String> seeds = seeds();
        boolean together = forming || !Collections.disjoint(engine.members(), seeds);
        if (engine.joined() && together && arbiter.member(epoch, incarnation)) {
          return;
        }
        if (!forming && arbiter.form(epoch)) {
          LOG.info("epoch {} forms the cluster", epoch);
          forming = true;
          engine.join(true, List.of());
        } else if (!forming && !seeds.isEmpty() && !seeds.equals(asked)) {
          asked = seeds;
          engine.join(false, seeds);
        }
      } catch (DatabaseException e) {
        trouble = "the database does not answer: " + e.getMessage();
      }
      Registration.pause(POLL);
    }
    throw new NotDone.CannotStart("could not join the other nodes within " + PATIENCE.toSeconds()
        + " s: " + trouble + "; check that nodes reach each other");
  }

  private List<String> seeds() {
    long founder = arbiter.formation().founder();
    return arbiter.nodes().stream()
        .filter(row -> row.state() == NodeRow.State.UP && row.epoch() != epoch)
        .filter(row -> row.member() || row.epoch() == founder)
        .map(NodeRow::address)
        .sorted()
        .toList();
  }
}
