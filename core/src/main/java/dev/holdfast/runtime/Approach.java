package dev.holdfast.runtime;

import dev.holdfast.protocol.Heartbeats;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node that comes back from registering before it reaches every member that lives. Until
 * then it could not join, or would be told to go again, and each attempt would use up an epoch.
 *
 * <p>A member whose heartbeat stands still is not waited for: it may be dead, and this node may be
 * the only one left to fence it. Confined to one thread.
 */
final class Approach {
  private static final Logger LOG = LoggerFactory.getLogger(Approach.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  /** After that it tries all the same: what it sees of the network may be wrong. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Arbiter arbiter;
  private final Engine engine;
  private final Ticker ticker;
  private final Pause pause;
  private final Heartbeats heartbeats = new Heartbeats();

  Approach(Arbiter arbiter, Engine engine, Ticker ticker, Pause pause) {
    this.arbiter = arbiter;
    this.engine = engine;
    this.ticker = ticker;
    this.pause = pause;
  }

  /**
   * Waits until all are within reach, ten minutes at most.
   *
   * @throws dev.holdfast.NotDone.CannotStart if the life is over before
   */
  void await() {
    long until = ticker.nanos() + PATIENCE.toNanos();
    List<String> before = List.of();
    List<String> out = outOfReach();
    while (!out.isEmpty() && ticker.nanos() - until < 0) {
      if (!out.equals(before)) {
        LOG.warn("it does not come back before it reaches {}", String.join(", ", out));
        before = out;
      }
      pause.pause(POLL);
      out = outOfReach();
    }
  }

  private List<String> outOfReach() {
    try {
      List<NodeRow> members = arbiter.nodes().stream()
          .filter(row -> row.state() == NodeRow.State.UP && row.member())
          .toList();
      long now = ticker.nanos();
      heartbeats.listen(now, members);
      return members.stream()
          .filter(row -> !heartbeats.silent(now, row))
          .filter(row -> !engine.listensAt(row.address()))
          .map(row -> row.name() + " (epoch " + row.epoch() + ") at " + row.address())
          .toList();
    } catch (DatabaseException e) {
      return List.of("the database");
    }
  }
}
