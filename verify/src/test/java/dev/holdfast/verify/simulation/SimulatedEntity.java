package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;

import dev.holdfast.protocol.EntityOwner;
import dev.holdfast.protocol.EntityOwner.Input;
import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.protocol.Row;
import dev.holdfast.protocol.ShardClaim.Raised;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.verify.simulation.EntityTable.Write;
import dev.holdfast.verify.simulation.SimulatedShard.Hold;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One live entity: carries out what its {@link EntityOwner} says. */
final class SimulatedEntity {
  private record Asked(Request request, Consumer<Answer> reply) {}

  private final SimulatedNode node;
  private final World world;
  private final SimulatedShard shard;
  private final Hold hold;
  private final int entity;
  private final EntityOwner owner;
  private final Map<Long, Asked> asked = new HashMap<>();
  private @Nullable Row shown;
  private @Nullable Row writing;
  private long tickets;
  private long writtenToken;
  private boolean ended;

  SimulatedEntity(SimulatedNode node, SimulatedShard shard, Hold hold, int entity) {
    this.node = node;
    this.world = node.world;
    this.shard = shard;
    this.hold = hold;
    this.entity = entity;
    this.owner = new EntityOwner(world.cells, "node" + node.seat());
  }

  private boolean serving() {
    return hold.held && (world.off.contains(Rule.CHECKREAD) || node.leaseValid());
  }

  void handle(Request request, Consumer<Answer> reply) {
    Row now = shown;
    if (now != null && request.kind() == Kind.GET && request.fill() == null) {
      node.soon(() -> readLocally(now, reply));
    } else if (!serving()) {
      reply.accept(new Answer.NotNow("lease"));
    } else {
      long ticket = tickets++;
      asked.put(ticket, new Asked(request, reply));
      step(new Input.Arrived(ticket, request));
    }
  }

  /** The value was taken; now claim and lease are checked. */
  private void readLocally(Row taken, Consumer<Answer> reply) {
    if (!serving()) {
      noteRefusal();
      reply.accept(new Answer.NotNow("lease"));
    } else if (taken.value() == null) {
      reply.accept(new Answer.Failed(Answer.Kind.NOT_FOUND, "", 0));
    } else {
      reply.accept(new Answer.Done(taken.revision(), world.cells.encode(taken.value()), ""));
    }
  }

  private void noteRefusal() {
    world.reached(hold.held ? State.READ_REFUSED_BY_LEASE : State.READ_REFUSED_BY_CLAIM);
  }

  void stop() {
    step(new Input.Stop());
  }

  void rest() {
    step(new Input.Rested());
  }

  void ended() {
    ended = true;
    shown = null;
  }

  private void step(Input input) {
    if (!ended) {
      List<Output> outputs = owner.step(node.nanos(), input);
      outputs.forEach(this::perform);
    }
  }

  private void perform(Output output) {
    if (output instanceof Output.Reply reply) {
      reply(reply);
    } else if (output instanceof Output.Show show) {
      shown = hold.held ? show.row() : shown;
    } else if (output instanceof Output.Load) {
      load();
    } else if (output instanceof Output.Write write) {
      write(write);
    } else if (output instanceof Output.Bar) {
      bar();
    } else if (output instanceof Output.Revoke) {
      revoke();
    } else if (output instanceof Output.Hide) {
      shown = null;
    } else if (output instanceof Output.Ended) {
      ended = true;
      shard.forget(entity, this);
    }
  }

  private void reply(Output.Reply reply) {
    Asked to = asked.remove(reply.ticket());
    if (to == null) {
      return;
    }
    boolean stands = reply.committed() || serving();
    if (!stands) {
      noteRefusal();
    } else if (!reply.committed()
        && reply.answer() instanceof Answer.Done
        && to.request.kind() != Kind.GET) {
      world.reached(State.DUPLICATE_ANSWERED_FROM_THE_ROW);
    }
    Answer unanswerable =
        to.request.kind() == Kind.GET ? new Answer.NotNow("lease") : new Answer.Unsure("lease");
    to.reply.accept(stands ? granted(reply, to.request) : unanswerable);
  }

  private Answer granted(Output.Reply reply, Request request) {
    Request.Fill fill = request.fill();
    if (fill == null || !(reply.answer() instanceof Answer.Done done)) {
      return reply.answer();
    }
    boolean blocked = owner.state() != EntityOwner.State.READY;
    if (!reply.grant() && !(blocked && world.off.contains(Rule.BLOCKG))) {
      return done;
    }
    long session = node.peers().grants().grant(hold, entity, fill);
    String address = NodeTable.address(node.seat(), node.epoch());
    Answer.Grant grant = new Answer.Grant(node.epoch(), address, session);
    return new Answer.Done(done.revision(), done.json(), done.owner(), grant);
  }

  private void revoke() {
    EntityOwner.State state = owner.state();
    boolean loads = state == EntityOwner.State.LOADING || state == EntityOwner.State.RELOADING;
    if (loads && world.off.contains(Rule.REVRELOAD)) {
      node.soon(() -> step(new Input.Revoked(0, 0)));
      return;
    }
    boolean blind = !loads && world.off.contains(Rule.VISIBLE);
    node.peers().grants().revoke(entity, (copies, uses) -> {
      if (!blind) {
        node.soon(() -> revoked(copies, uses, loads));
      }
    });
    if (blind) {
      node.soon(() -> step(new Input.Revoked(0, 0)));
    }
  }

  private void revoked(int copies, int uses, boolean loaded) {
    if (copies > 0 && owner.state() == EntityOwner.State.REVOKING) {
      world.reached(loaded ? State.LOAD_WAITED_FOR_COPIES : State.CHANGE_WAITED_FOR_COPIES);
    }
    step(new Input.Revoked(copies, uses));
  }

  private void load() {
    Row early = shard.takeEarly(entity);
    if (early != null) {
      node.soon(() -> step(new Input.Loaded(early)));
    } else {
      node.load(entity, row -> node.soon(() -> loaded(row)), this::notLoaded);
    }
  }

  private void loaded(Row row) {
    say("loaded {revision, token}", row.revision(), hold.token);
    if (owner.state() == EntityOwner.State.RELOADING && writing != null) {
      boolean found = Cell.in(row).begins(Cell.in(writing));
      world.reached(found ? State.UNKNOWN_OUTCOME_FOUND : State.UNKNOWN_OUTCOME_NOT_FOUND);
    }
    step(new Input.Loaded(row));
  }

  private void notLoaded() {
    long pause = owner.state() == EntityOwner.State.RELOADING ? 100 * MILLI : 0;
    node.after(pause, () -> step(new Input.LoadFailed("down")));
  }

  private void write(Output.Write write) {
    if (!shard.enter(hold)) {
      step(new Input.Disowned());
      return;
    }
    writtenToken = hold.token;
    writing = write.row();
    if (write.row().stored() - write.expected() > 1) {
      world.reached(State.CHANGES_COMBINED);
    }
    node.beginWrite(entity);
    long under = writtenToken;
    node.soon(() -> send(write, under));
  }

  private void send(Output.Write write, long under) {
    say("writes {revision, token}", write.row().revision(), under);
    Write one = new Write(entity, under, write.expected(), write.row());
    node.writes().add(one, this::back);
  }

  private void back(Input outcome) {
    say(outcome.getClass().getSimpleName(), 0, 0);
    node.soon(() -> step(outcome));
    shard.left(hold);
    node.endWrite(entity);
  }

  private void bar() {
    shard.raise(hold, writtenToken, raised -> {
      say("barrier: " + raised, writtenToken, hold.token);
      step(
          raised == Raised.GONE
              ? new Input.Disowned()
              : raised == Raised.YES ? new Input.Barred() : new Input.BarFailed());
    });
  }

  private void say(String what, long a, long b) {
    world.add(node.seat(), what, entity, a, b);
  }
}
