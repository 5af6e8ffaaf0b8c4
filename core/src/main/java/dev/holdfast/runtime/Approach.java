package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.Engine;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private record Beat(long counter, long sinceNanos) {}

  private final Arbiter arbiter;
  private final Engine engine;
  private final Ticker ticker;
  private final Pause pause;
  private Map<Long, Beat> beats = Map.of();

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
      listen(members);
      return members.stream()
          .filter(this::beats)
          .filter(row -> !engine.listensAt(row.address()))
          .map(row -> row.name() + " (epoch " + row.epoch() + ") at " + row.address())
          .toList();
    } catch (DatabaseException e) {
      return List.of("the database");
    }
  }

  private void listen(List<NodeRow> members) {
    Map<Long, Beat> next = new HashMap<>();
    for (NodeRow row : members) {
      Beat before = beats.get(row.epoch());
      boolean still = before != null && before.counter == row.heartbeat();
      next.put(row.epoch(), still ? before : new Beat(row.heartbeat(), ticker.nanos()));
    }
    beats = next;
  }

  private boolean beats(NodeRow row) {
    Beat beat = beats.get(row.epoch());
    return beat != null && ticker.nanos() - beat.sinceNanos < row.leaseTtl().toNanos() / 3;
  }
}
