package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.HeartbeatWatch;
import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a node its row and its epoch. If a row of that name is still there, from a process that
 * ended without a word, waits until that one is proven dead or has been silent for its time, then
 * fences it.
 */
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  private final Arbiter arbiter;
  private final Ticker ticker;
  private final LeaseTerms terms;
  private final Duration pace;
  private final HeartbeatWatch watch;

  Registration(Arbiter arbiter, Ticker ticker, LeaseTerms terms, Duration pace) {
    this.arbiter = arbiter;
    this.ticker = ticker;
    this.terms = terms;
    this.pace = pace;
    this.watch = new HeartbeatWatch(terms);
  }

  /**
   * Registers.
   *
   * @throws NotDone.CannotStart if a live node has that name, or the database does not answer
   */
  long register(String uuid, String name, String address, String http) {
    long patience = ticker.nanos() + 3 * terms.silenceNanos();
    long firstCounter = -1;
    long firstEpoch = -1;
    while (ticker.nanos() - patience < 0) {
      try {
        OptionalLong epoch = arbiter.register(uuid, name, address, http);
        if (epoch.isPresent()) {
          return epoch.getAsLong();
        }
        NodeRow other = liveNamed(name);
        if (other != null && other.epoch() == firstEpoch && other.heartbeat() != firstCounter) {
          throw taken(other);
        }
        if (other != null && firstEpoch != other.epoch()) {
          LOG.info("waiting to see whether node {} (epoch {}) is alive", name, other.epoch());
          firstEpoch = other.epoch();
          firstCounter = other.heartbeat();
        }
        if (other != null) {
          fenceIfDead(other);
        }
      } catch (DatabaseException e) {
        throw new NotDone.CannotStart("the database does not answer: " + e.getMessage());
      }
      pause(pace);
    }
    throw new NotDone.CannotStart(
        "the name \"" + name + "\" did not become free; choose another name for this node");
  }

  private @Nullable NodeRow liveNamed(String name) {
    return arbiter.nodes().stream()
        .filter(row -> row.name().equals(name) && row.state().live())
        .findFirst()
        .orElse(null);
  }

  private void fenceIfDead(NodeRow other) {
    if (arbiter.provenDead(other) && arbiter.fenceDead(other.epoch(), 0)) {
      return;
    }
    List<Heartbeat> counters = List.of(new Heartbeat(other.epoch(), other.heartbeat()));
    for (Heartbeat silent : watch.observe(ticker.nanos(), counters)) {
      arbiter.fence(silent.epoch(), silent.counter(), 0);
    }
  }

  private static NotDone.CannotStart taken(NodeRow other) {
    return new NotDone.CannotStart(
        "a node named \"" + other.name() + "\" is running already (epoch " + other.epoch()
            + " at " + other.address()
            + "); stop that one, or choose another name for this node");
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotDone.CannotStart("interrupted while starting");
    }
  }
}
