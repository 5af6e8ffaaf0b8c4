package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.protocol.ClaimState;
import dev.holdfast.protocol.Row;
import dev.holdfast.protocol.ShardClaim;
import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.protocol.ShardClaim.Output;
import dev.holdfast.protocol.ShardClaim.Raised;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Request;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One shard on one node: carries out what its {@link ShardClaim} says, and hosts its entities. */
final class SimulatedShard {
  private static final long STOPPING = 5 * SECOND;

  /** What the placement has made of it. */
  private enum Hosting {
    NONE,
    TAKING,
    HOSTING,
    STOPPING,
    GIVING
  }

  /** A hold on the claim; what refers to an old one can never serve again. */
  static final class Hold {
    final long number;
    long token;
    boolean held = true;

    Hold(long number, long token) {
      this.number = number;
      this.token = token;
    }
  }

  private final SimulatedNode node;
  private final World world;
  private final int number;
  private final ShardClaim machine;
  private final Map<Long, Consumer<Raised>> raises = new HashMap<>();
  private final Map<Integer, SimulatedEntity> entities = new TreeMap<>();
  private final Map<Integer, Row> loadedEarly = new HashMap<>();
  private @Nullable Hold hold;
  private Hosting hosting = Hosting.NONE;
  private long highestToken;
  private long tickets;
  private long order;
  private int writes;

  SimulatedShard(SimulatedNode node, int number) {
    this.node = node;
    this.world = node.world;
    this.number = number;
    this.machine = new ShardClaim(node.epoch());
  }

  boolean held() {
    return hold != null;
  }

  boolean hosting() {
    return hosting != Hosting.NONE;
  }

  // ---- what the placement says

  void host() {
    if (hosting == Hosting.NONE || hosting == Hosting.GIVING) {
      say("told to host", 0, 0);
      hosting = Hosting.TAKING;
      loadEarly();
      order = ++tickets;
      step(new Input.Take(order));
    }
  }

  private void loadEarly() {
    loadedEarly.clear();
    if (world.off.contains(Rule.TAKEOVER)) {
      for (int entity = number; entity < World.ENTITIES; entity += World.SHARDS) {
        int loading = entity;
        node.load(loading, row -> loadedEarly.put(loading, row), () -> {});
      }
    }
  }

  /** In order: entities finish what they are at. */
  void drop() {
    if (hosting == Hosting.TAKING) {
      give();
    } else if (hosting == Hosting.HOSTING) {
      say("told to hand over", 0, 0);
      hosting = Hosting.STOPPING;
      new ArrayList<>(entities.values()).forEach(SimulatedEntity::stop);
      if (entities.isEmpty()) {
        give();
      } else {
        long stopping = order;
        node.after(STOPPING, () -> {
          if (stopping == order && hosting == Hosting.STOPPING) {
            kill();
          }
        });
      }
    }
  }

  /** At once. */
  void kill() {
    if (hosting == Hosting.HOSTING || hosting == Hosting.STOPPING) {
      say("killed", 0, 0);
      List<SimulatedEntity> all = new ArrayList<>(entities.values());
      entities.clear();
      all.forEach(SimulatedEntity::ended);
      give();
    }
  }

  private void give() {
    hosting = Hosting.GIVING;
    order = ++tickets;
    step(new Input.Give(order));
  }

  void died() {
    step(new Input.Died());
  }

  void review(ClaimRow row, boolean wanterLives) {
    step(new Input.Review(row.owner(), row.token(), row.wantedBy(), wanterLives));
  }

  // ---- what the claim says

  private void step(Input input) {
    ClaimState before = machine.state();
    List<Output> outputs = machine.step(node.nanos(), input);
    note(before, input);
    outputs.forEach(this::perform);
  }

  private void note(ClaimState before, Input input) {
    ClaimState after = machine.state();
    if (before.getClass() != after.getClass()) {
      say(after.getClass().getSimpleName(), node.epoch(), after.token());
    }
    boolean drains = after instanceof ClaimState.Draining;
    if (drains && !(before instanceof ClaimState.Draining) && writes > 0) {
      world.reached(State.GIVING_WAITED_FOR_A_WRITE);
    }
    if (before instanceof ClaimState.Free && input instanceof Input.Review) {
      if (after instanceof ClaimState.Giving) {
        world.reached(State.STRAY_GIVEN_BACK);
      }
    }
    if (before instanceof ClaimState.Raising raising && input instanceof Input.Seen seen) {
      world.reached(
          seen.owner() == node.epoch() && seen.token() > raising.token()
              ? State.BARRIER_RAISED_WITH_REPLY_LOST
              : State.BARRIER_ON_A_LOST_CLAIM);
    }
  }

  private void perform(Output output) {
    if (output instanceof Output.Began began) {
      requireGrowing(began.token(), highestToken);
      hold = new Hold(began.hold(), began.token());
      world.checkOwners(node);
    } else if (output instanceof Output.Token raised && hold != null) {
      requireGrowing(raised.token(), highestToken - 1);
      hold.token = raised.token();
    } else if (output instanceof Output.Closed && hold != null) {
      hold.held = false;
      hold = null;
    } else if (output instanceof Output.Recall recall) {
      recall(new Input.Recalled(recall.hold()));
    } else if (output instanceof Output.Took took && took.ticket() == order) {
      hosting = took.held() ? Hosting.HOSTING : Hosting.NONE;
    } else if (output instanceof Output.Gave gave && gave.ticket() == order) {
      hosting = Hosting.NONE;
    } else if (output instanceof Output.RaiseEnded end) {
      Consumer<Raised> then = raises.remove(end.ticket());
      if (then != null) {
        node.soon(() -> then.accept(end.raised()));
      }
    } else if (output instanceof Output.Lost) {
      world.reached(State.CLAIM_FOUND_LOST);
      node.soon(this::kill);
    } else if (output instanceof Output.Yield) {
      world.reached(State.SHARD_YIELDED);
      node.soon(this::kill);
    } else {
      ask(output);
    }
  }

  private void recall(Input recalled) {
    if (world.off.contains(Rule.REVOKE)) {
      node.soon(() -> step(recalled));
    } else {
      node.peers().grants().recall(number, () -> node.soon(() -> step(recalled)));
    }
  }

  /** A hold begins above all earlier ones, and its token never falls. */
  private void requireGrowing(long token, long above) {
    if (token <= above) {
      throw new Violation(Trace.shard(number), "token " + token + " after " + above);
    }
    highestToken = token;
  }

  private void ask(Output output) {
    SimulatedDatabase database = world.database;
    long epoch = node.epoch();
    if (output instanceof Output.Claim claim) {
      send("claim", claim.call(), database.claim(number, epoch), token -> {
        return new Input.Claimed(claim.call(), (OptionalLong) token);
      });
    } else if (output instanceof Output.Barrier barrier) {
      barrier(barrier, epoch);
    } else if (output instanceof Output.Release release) {
      send("release", release.call(), database.release(number, epoch, release.token()), done -> {
        return new Input.Released(release.call());
      });
    } else if (output instanceof Output.Look look) {
      send("look", look.call(), database.look(number), row -> {
        ClaimRow seen = (ClaimRow) row;
        return new Input.Seen(look.call(), seen.owner(), seen.token());
      });
    } else if (output instanceof Output.Pause pause) {
      node.after(pause.nanos(), () -> step(new Input.Woken(pause.call())));
    }
  }

  private void barrier(Output.Barrier barrier, long epoch) {
    SimulatedDatabase database = world.database;
    if (world.off.contains(Rule.BARRIER)) {
      send("look", barrier.call(), database.look(number), row -> {
        ClaimRow seen = (ClaimRow) row;
        boolean ours = seen.owner() == epoch;
        OptionalLong token = ours ? OptionalLong.of(seen.token()) : OptionalLong.empty();
        return new Input.Barred(barrier.call(), token);
      });
    } else {
      send("barrier", barrier.call(), database.barrier(number, epoch, barrier.token()), token -> {
        return new Input.Barred(barrier.call(), (OptionalLong) token);
      });
    }
  }

  private void send(
      String what,
      long call,
      Statement.Body body,
      java.util.function.Function<Object, Input> reply) {
    node.send(
        what,
        Trace.shard(number),
        body,
        result -> step(reply.apply(result)),
        unknown -> step(new Input.Failed(call)));
  }

  // ---- what entities need

  boolean enter(Hold under) {
    if (world.off.contains(Rule.DRAIN)) {
      return under.held;
    }
    boolean admitted =
        under.held && !machine.step(node.nanos(), new Input.Enter(under.number)).isEmpty();
    writes += admitted ? 1 : 0;
    return admitted;
  }

  void left(Hold under) {
    if (!world.off.contains(Rule.DRAIN)) {
      writes--;
      step(new Input.Left(under.number));
    }
  }

  void raise(Hold under, long seenToken, Consumer<Raised> then) {
    long ticket = ++tickets;
    raises.put(ticket, then);
    step(new Input.Raise(ticket, under.number, seenToken));
  }

  @Nullable Row takeEarly(int entity) {
    return loadedEarly.remove(entity);
  }

  void forget(int entity, SimulatedEntity ended) {
    if (entities.remove(entity, ended) && entities.isEmpty() && hosting == Hosting.STOPPING) {
      give();
    }
  }

  /** Whether the entity lives here, whatever may be told of it. */
  boolean lives(int entity) {
    return entities.containsKey(entity);
  }

  void receive(int entity, Request request, Consumer<Answer> reply) {
    if (hosting != Hosting.HOSTING || hold == null) {
      reply.accept(new Answer.NotNow("moving"));
      return;
    }
    SimulatedEntity live = entities.get(entity);
    if (live == null) {
      live = new SimulatedEntity(node, this, hold, entity);
      entities.put(entity, live);
    }
    live.handle(request, reply);
  }

  /** An entity is idle, or its actor fails. The others have not been changed for some time. */
  void passivate(int entity, boolean fails) {
    SimulatedEntity live = entities.get(entity);
    entities.values().stream().filter(other -> other != live).forEach(SimulatedEntity::rest);
    if (live != null && fails) {
      entities.remove(entity);
      live.ended();
    } else if (live != null) {
      live.stop();
    }
  }

  private void say(String what, long a, long b) {
    world.add(node.seat(), what, Trace.shard(number), a, b);
  }
}
