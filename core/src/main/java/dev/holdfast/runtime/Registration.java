package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.protocol.HeartbeatWatch;
import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a node its row and its epoch. If a row of that name is still there, from a process that
 * ended without a word, waits until that one is proven dead or has been silent for its time, then
 * fences it. A row that an earlier life of this same node left behind is ended at once. A reply
 * that was lost is asked for again, so that no row stays behind that nobody knows of.
 */
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  /**
   * What a node registers as.
   *
   * @param uuid of this life
   * @param earlier the uuids of this node's earlier lives, all of which are over
   */
  record Entry(
      String uuid,
      Set<String> earlier,
      String name,
      String address,
      String http,
      Duration leaseTtl) {}

  private final Arbiter arbiter;
  private final Ticker ticker;
  private final Duration pace;
  private final long outlastNanos;
  private final Pause pause;
  private final HeartbeatWatch watch = new HeartbeatWatch();

  /** @param outlastNanos how long copies may outlast the owner that granted them */
  Registration(Arbiter arbiter, Ticker ticker, Duration pace, long outlastNanos, Pause pause) {
    this.arbiter = arbiter;
    this.ticker = ticker;
    this.pace = pace;
    this.outlastNanos = outlastNanos;
    this.pause = pause;
  }

  /**
   * Registers.
   *
   * @throws NameTaken if a live node has that name, and beats
   * @throws NotDone.CannotStart if the database does not answer for the time that is waited
   */
  long register(Entry entry) {
    Waiting waiting = new Waiting(ticker.nanos() + patienceNanos(entry.leaseTtl));
    while (ticker.nanos() - waiting.untilNanos < 0) {
      try {
        OptionalLong epoch =
            arbiter.register(entry.uuid, entry.name, entry.address, entry.http, entry.leaseTtl);
        if (epoch.isPresent()) {
          return epoch.getAsLong();
        }
        NodeRow other = liveNamed(entry.name);
        waiting.obstacle = "the name \"" + entry.name
            + "\" did not become free; choose another name for this node";
        if (other != null) {
          makeRoom(other, entry, waiting);
        }
      } catch (DatabaseException e) {
        LOG.debug("registering again", e);
        waiting.obstacle = "the database does not answer: " + e.getMessage();
      }
      pause.pause(pace);
    }
    throw new NotDone.CannotStart(waiting.obstacle);
  }

  /** For whom is waited: the first live row of that name, as it was when it was first seen. */
  private static final class Waiting {
    long untilNanos;
    String obstacle = "";

    @Nullable NodeRow first;

    Waiting(long untilNanos) {
      this.untilNanos = untilNanos;
    }
  }

  private static long patienceNanos(Duration leaseTtl) {
    return 4 * leaseTtl.toNanos();
  }

  private @Nullable NodeRow liveNamed(String name) {
    return arbiter.nodes().stream()
        .filter(row -> row.name().equals(name) && row.state().live())
        .findFirst()
        .orElse(null);
  }

  private void makeRoom(NodeRow other, Entry entry, Waiting waiting) {
    if (entry.earlier.contains(other.uuid())) {
      arbiter.state(other.epoch(), NodeRow.State.LEFT);
      return;
    }
    NodeRow first = waiting.first;
    if (first != null && first.epoch() == other.epoch()) {
      if (first.heartbeat() != other.heartbeat()) {
        throw taken(other);
      }
    } else {
      LOG.info("waiting to see whether node {} (epoch {}) is alive", entry.name, other.epoch());
      waiting.first = other;
      long mine = ticker.nanos() + patienceNanos(other.leaseTtl());
      waiting.untilNanos += Math.max(0, mine - waiting.untilNanos);
    }
    fenceIfDead(other);
  }

  private void fenceIfDead(NodeRow other) {
    boolean dead = arbiter.provenDead(other)
        && watch.mayFenceDead(ticker.nanos(), other.epoch(), outlastNanos);
    if (dead && arbiter.fenceDead(other.epoch(), 0)) {
      return;
    }
    Heartbeat heartbeat =
        new Heartbeat(other.epoch(), other.heartbeat(), other.leaseTtl().toNanos());
    for (Heartbeat silent : watch.observe(ticker.nanos(), List.of(heartbeat))) {
      arbiter.fence(silent.epoch(), silent.counter(), 0);
    }
  }

  private static NameTaken taken(NodeRow other) {
    return new NameTaken("a node named \"" + other.name() + "\" is running already (epoch "
        + other.epoch() + " at " + other.address()
        + "); stop that one, or choose another name for this node");
  }
}
