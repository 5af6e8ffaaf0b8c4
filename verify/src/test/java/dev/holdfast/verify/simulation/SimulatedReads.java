package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.verify.simulation.SimulatedCopies.Kept;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.function.Consumer;

/**
 * Reads at a node of entities that do not live there: from a copy, or from their owner. Whoever
 * reads a copy may be held up between any two of its looks.
 */
final class SimulatedReads {
  private static final long PATIENCE = 5 * SECOND;

  private final SimulatedNode node;
  private final World world;
  private final SimulatedPeers peers;
  private long nonces;

  SimulatedReads(SimulatedNode node, SimulatedPeers peers) {
    this.node = node;
    this.world = node.world;
    this.peers = peers;
  }

  void read(int entity, Request request, Consumer<Answer> reply) {
    Kept copy = peers.copies().find(entity);
    if (copy == null) {
      ask(entity, request, reply);
    } else {
      new Look(copy, reply, () -> ask(entity, request, reply)).begin();
    }
  }

  /** One read of a copy that was just taken. */
  private final class Look {
    private final Kept copy;
    private final Consumer<Answer> reply;
    private final Runnable otherwise;
    private boolean revoked;
    private boolean lasts;

    Look(Kept copy, Consumer<Answer> reply, Runnable otherwise) {
      this.copy = copy;
      this.reply = reply;
      this.otherwise = otherwise;
    }

    void begin() {
      if (world.off.contains(Rule.ORDER)) {
        next(this::atMark, () -> next(this::atTime, this::end));
      } else {
        next(this::atTime, () -> next(this::atMark, this::end));
      }
    }

    private void next(Runnable step, Runnable then) {
      Weather weather = world.weather;
      long stall = weather.strikes(weather.readStalls) ? weather.slow() : 0;
      node.after(weather.hop() / 20 + stall, () -> {
        step.run();
        then.run();
      });
    }

    private void atTime() {
      long now = node.nanos();
      lasts =
          node.leaseValid() && (world.off.contains(Rule.SESSION) || copy.session.until - now > 0);
    }

    private void atMark() {
      revoked = copy.revoked;
    }

    private void end() {
      if (!lasts) {
        world.reached(State.COPY_REFUSED_BY_SESSION);
        otherwise.run();
      } else if (revoked) {
        world.reached(State.COPY_REFUSED_BY_MARK);
        otherwise.run();
      } else {
        copy.uses++;
        note();
        reply.accept(copy.value);
      }
    }

    private void note() {
      world.reached(State.COPY_READ);
      int owner = copy.session.seat;
      if (!world.net.mutual(owner, World.DATABASE)) {
        world.reached(State.COPY_READ_WHILE_ITS_OWNER_IS_CUT_FROM_THE_DATABASE);
      }
      if (!world.net.mutual(owner, node.seat())) {
        world.reached(State.COPY_READ_WHILE_ITS_OWNER_IS_OUT_OF_REACH);
      }
      if (world.seats.get(owner).node().ended()) {
        world.reached(State.COPY_READ_AFTER_ITS_OWNER_ENDED);
      }
      world.add(
          node.seat(),
          "reads its copy {revision, nonce}",
          copy.entity,
          copy.value.revision(),
          copy.nonce);
    }
  }

  private void ask(int entity, Request request, Consumer<Answer> reply) {
    Seat home = world.placement.home(World.shardOf(entity));
    if (home.number() == node.seat()) {
      node.receiveHere(entity, request, reply);
      return;
    }
    peers.tick();
    long nonce = ++nonces;
    Request.Fill fill = peers.copies().asked(entity, nonce);
    Request sent = request.sent(request.timeLeftMillis(), fill);
    world.net.message(
        node.seat(),
        home.number(),
        () -> arrived(home.node(), entity, sent, answer -> answered(entity, nonce, answer, reply)),
        () -> {});
    node.after(PATIENCE, () -> peers.copies().over(nonce));
  }

  private void arrived(SimulatedNode owner, int entity, Request sent, Consumer<Answer> answered) {
    owner.run(() -> owner.receiveHere(
        entity,
        sent,
        answer -> world.net.message(
            owner.seat(), node.seat(), () -> node.run(() -> answered.accept(answer)), () -> {})));
  }

  private void answered(int entity, long nonce, Answer answer, Consumer<Answer> reply) {
    if (answer instanceof Answer.Done done) {
      peers.copies().answered(entity, nonce, done);
    } else {
      peers.copies().over(nonce);
    }
    reply.accept(answer);
  }
}
