package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.spi.ClaimRow;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The database: one primary that keeps what it has committed.
 *
 * <p>A guarded write holds a shared lock on the claim's row and a lock on the entity's row from its
 * check to its commit, as in PostgreSQL; whoever changes a claim waits for the shared locks on it,
 * and shared locks do not queue behind who waits. Whether a node is live is read from a snapshot as
 * old as the statement. Everything else takes effect in one instant.
 */
final class SimulatedDatabase {
  private static final long PATIENCE = 2 * SECOND;

  private static final class Claim {
    long owner;
    long token;
    long wantedBy;
    int shared;
    final Deque<Runnable> waiting = new ArrayDeque<>();
  }

  private final World world;
  private final NodeTable nodes;
  private final Claim[] claims = new Claim[World.SHARDS];
  private final EntityTable entities;
  private final Set<Statement> outstanding = new LinkedHashSet<>();
  private boolean down;

  SimulatedDatabase(World world) {
    this.world = world;
    this.nodes = new NodeTable(world, this);
    this.entities = new EntityTable(world, this);
    java.util.Arrays.setAll(claims, i -> new Claim());
  }

  // ---- statements on their way

  /**
   * Sends a statement for a node; exactly one of {@code reply} and {@code failure} is called,
   * unless the node ends before.
   */
  void send(
      SimulatedNode node,
      String what,
      int subject,
      Statement.Body body,
      Consumer<Object> reply,
      Consumer<Boolean> failure) {
    Statement statement = new Statement(node, what, subject, body, reply, failure);
    Weather weather = world.weather;
    if ((down && weather.oneIn(2)) || weather.strikes(weather.statementRefused)) {
      node.soon(() -> statement.fail(false));
      return;
    }
    outstanding.add(statement);
    statement.late = weather.strikes(weather.statementLate);
    long delay = weather.hop() / 4 + (statement.late ? weather.slow() : 0);
    world.net.stream(node.seat(), World.DATABASE, delay, () -> arrived(statement));
    node.after(PATIENCE, () -> gaveUp(statement));
  }

  private void gaveUp(Statement statement) {
    if (!statement.answered()) {
      statement.late = true;
      world.add(Trace.DATABASE, statement.what + " is given up", statement.subject, 0, 0);
      statement.fail(true);
    }
  }

  private void arrived(Statement statement) {
    if (statement.over || down) {
      return;
    }
    statement.begun = true;
    statement.body.begin(statement);
  }

  /** The statement is done: its reply goes out, and may be lost. */
  void finish(Statement statement, Object result) {
    statement.over = true;
    outstanding.remove(statement);
    SimulatedNode node = statement.node;
    Weather weather = world.weather;
    if (weather.strikes(weather.replyLost)) {
      return;
    }
    world.net.stream(
        World.DATABASE,
        node.seat(),
        weather.hop() / 4,
        () -> node.run(() -> statement.reply(result)));
  }

  /** All that is under way ends; some of it is committed, no reply comes. */
  void restart(long outage) {
    world.add(Trace.DATABASE, "restart, down for ms", Trace.node(0), outage / MILLI, 0);
    down = outage > 0;
    List<Statement> all = new ArrayList<>(outstanding);
    outstanding.clear();
    for (Statement statement : all) {
      boolean ready = statement.begun && !statement.over;
      if (ready && world.weather.oneIn(2)) {
        statement.commit.run();
      } else if (ready) {
        statement.rollBack.run();
      }
      statement.over = true;
      statement.node.soon(() -> statement.fail(true));
    }
    world.time.after(outage, () -> down = false);
  }

  NodeTable nodes() {
    return nodes;
  }

  EntityTable entities() {
    return entities;
  }

  /** Whether a write of that node is on its way or under way. */
  boolean writes(long epoch) {
    return outstanding.stream().anyMatch(s -> s.node.epoch() == epoch && s.what.equals("write"));
  }

  // ---- claims

  /** Runs once nobody holds the claim's row shared. */
  private void exclusive(Claim claim, Statement statement, Supplier<Object> change) {
    Runnable run = () -> {
      if (!statement.over) {
        finish(statement, change.get());
      }
    };
    if (claim.shared == 0) {
      run.run();
    } else {
      world.reached(State.TAKEOVER_WAITED_FOR_A_WRITE);
      claim.waiting.add(run);
    }
  }

  /**
   * Locks the claim's row shared if it is held; {@link #unshare} unlocks it.
   *
   * @return whether that may be written under it
   */
  boolean share(int shard, long epoch, long token) {
    Claim claim = claims[shard];
    if (world.off.contains(Rule.TOKEN)) {
      return true;
    }
    boolean held = claim.owner == epoch && claim.token == token;
    claim.shared += held ? 1 : 0;
    return held;
  }

  void unshare(int shard) {
    Claim claim = claims[shard];
    if (world.off.contains(Rule.TOKEN)) {
      return;
    }
    claim.shared--;
    while (claim.shared == 0 && !claim.waiting.isEmpty()) {
      claim.waiting.remove().run();
    }
  }

  /** Answers the token, or nothing. */
  Statement.Body claim(int shard, long epoch) {
    return statement -> {
      Claim claim = claims[shard];
      long snapshot = world.time.now();
      exclusive(claim, statement, () -> {
        boolean free = claim.owner == 0 || claim.owner == epoch;
        boolean over = !free && !nodes.liveAt(claim.owner, snapshot);
        if (!nodes.liveAt(epoch, snapshot)) {
          return OptionalLong.empty();
        }
        if (!free && !over) {
          claim.wantedBy = epoch;
          world.reached(State.TAKING_WAITED_FOR_THE_OWNER);
          return OptionalLong.empty();
        }
        if (over && nodes.fenced(claim.owner)) {
          world.reached(State.CLAIM_TAKEN_FROM_A_FENCED_NODE);
        }
        if (statement.answered()) {
          world.reached(State.TAKE_COMMITTED_LATE);
        }
        claim.owner = epoch;
        claim.wantedBy = 0;
        return OptionalLong.of(raised(claim, shard, "claimed {epoch, token}", epoch));
      });
    };
  }

  private long raised(Claim claim, int shard, String what, long epoch) {
    claim.token++;
    world.add(Trace.DATABASE, what, Trace.shard(shard), epoch, claim.token);
    return claim.token;
  }

  /** Answers the new token, or nothing. */
  Statement.Body barrier(int shard, long epoch, long token) {
    return statement -> {
      Claim claim = claims[shard];
      exclusive(
          claim,
          statement,
          () -> claim.owner == epoch && claim.token == token
              ? OptionalLong.of(raised(claim, shard, "barrier {epoch, token}", epoch))
              : OptionalLong.empty());
    };
  }

  Statement.Body release(int shard, long epoch, long token) {
    return statement -> {
      Claim claim = claims[shard];
      exclusive(claim, statement, () -> {
        if (claim.owner == epoch && claim.token == token) {
          claim.owner = 0;
          world.add(Trace.DATABASE, "released {epoch, token}", Trace.shard(shard), epoch, token);
        }
        return true;
      });
    };
  }

  Statement.Body look(int shard) {
    return statement -> finish(statement, claimRow(shard));
  }

  Statement.Body claimRows() {
    return statement -> {
      List<ClaimRow> rows = new ArrayList<>();
      for (int shard = 0; shard < claims.length; shard++) {
        rows.add(claimRow(shard));
      }
      finish(statement, rows);
    };
  }

  ClaimRow claimRow(int shard) {
    Claim claim = claims[shard];
    return new ClaimRow(shard, claim.owner, claim.token, claim.wantedBy);
  }
}
