package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.protocol.Grants;
import dev.holdfast.protocol.Grants.Input;
import dev.holdfast.protocol.Grants.Output;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import dev.holdfast.verify.simulation.SimulatedShard.Hold;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** The copies that others keep of one node's entities: carries out what its {@link Grants} says. */
final class SimulatedGrants {
  /** Told when no copy is left. */
  interface Gone {
    void gone(int copies, int uses);
  }

  private final SimulatedNode node;
  private final World world;
  private final Grants machine;
  private final BiConsumer<String, PeerMessage> tell;
  private final Map<Long, Gone> waiting = new HashMap<>();

  /** The readers' sessions, as this node has told them. */
  private final Map<Long, Long> numbers = new HashMap<>();

  private long tickets;
  private boolean flushing;

  SimulatedGrants(SimulatedNode node, CopyTerms terms, BiConsumer<String, PeerMessage> tell) {
    this.node = node;
    this.world = node.world;
    this.tell = tell;
    this.machine = new Grants(node.epoch(), terms, key -> World.shardOf(World.entity(key)));
  }

  /** Answers the session of a grant that is recorded now; 0 if there is none. */
  long grant(Hold hold, int entity, Request.Fill fill) {
    if (!hold.held) {
      return 0;
    }
    Input grant = new Input.Grant(World.key(entity), fill.reader(), fill.nonce());
    long session = world.off.contains(Rule.RECORD)
        ? grantLater(fill.reader(), grant)
        : ((Output.Granted) machine.step(node.nanos(), grant).get(0)).session();
    say("grants {reader, nonce}", entity, session == 0 ? 0 : fill.reader(), fill.nonce());
    return session;
  }

  private long grantLater(long reader, Input grant) {
    node.after(world.weather.slow(), () -> machine.step(node.nanos(), grant));
    return numbers.getOrDefault(reader, 0L);
  }

  /** Makes an end of all copies of an entity. */
  void revoke(int entity, Gone then) {
    say("revokes", entity, 0, 0);
    long ticket = ++tickets;
    ask(ticket, new Input.Revoke(ticket, World.key(entity)), then);
  }

  /** Makes an end of all copies of a shard's entities. */
  void recall(int shard, Runnable then) {
    long ticket = ++tickets;
    ask(ticket, new Input.Recall(ticket, shard), (copies, uses) -> {
      if (copies > 0) {
        world.reached(State.COPIES_RECALLED);
      }
      then.run();
    });
  }

  private void ask(long ticket, Input input, Gone then) {
    waiting.put(ticket, then);
    step(input);
    if (waiting.containsKey(ticket) && !flushing) {
      flushing = true;
      node.soon(() -> {
        flushing = false;
        tick();
      });
    }
  }

  void told(PeerMessage message) {
    long left = world.off.contains(Rule.BOUND) ? Clock.TERMS.ttlNanos() : node.leaseLeft();
    Input told = new Input.Told(message, left);
    if (message instanceof PeerMessage.Renew renew && world.off.contains(Rule.CLOSED)) {
      renew(renew, told);
    } else {
      step(told);
    }
  }

  /** If the session is closed it is opened again, as if it had never been. */
  private void renew(PeerMessage.Renew renew, Input told) {
    boolean unknown = machine.step(node.nanos(), told).stream()
        .anyMatch(output ->
            output instanceof Output.Tell tells && tells.message() instanceof PeerMessage.Unknown);
    if (unknown && renew.opens() && numbers.getOrDefault(renew.reader(), 0L) == renew.session()) {
      Set<Long> others = new TreeSet<>(numbers.keySet());
      others.remove(renew.reader());
      others.add(Long.MAX_VALUE); // later than the reader, which so counts as gone
      step(new Input.Live(others));
    }
    step(told);
  }

  void tick() {
    step(new Input.Tick());
  }

  void live(Set<Long> epochs) {
    step(new Input.Live(epochs));
  }

  /** Whether somebody may be reading a copy at this moment. */
  boolean readable() {
    return machine.readable(node.nanos());
  }

  private void step(Input input) {
    for (Output output : machine.step(node.nanos(), input)) {
      if (output instanceof Output.Tell message) {
        note(message.message());
        tell.accept(message.address(), message.message());
      } else if (output instanceof Output.Gone gone) {
        gone(gone, input);
      }
    }
  }

  private void note(PeerMessage message) {
    if (message instanceof PeerMessage.Renewed renewed) {
      numbers.put(renewed.reader(), renewed.session());
    } else if (message instanceof PeerMessage.Unknown) {
      world.reached(State.SESSION_UNKNOWN);
    }
  }

  private void gone(Output.Gone gone, Input input) {
    if (gone.copies() > 0) {
      world.reached(input instanceof Input.Told ? State.COPIES_GIVEN_UP : State.COPIES_OUTLASTED);
    }
    Gone then = waiting.remove(gone.ticket());
    if (then != null) {
      then.gone(gone.copies(), gone.uses());
    }
  }

  private void say(String what, int entity, long a, long b) {
    world.add(node.seat(), what, Trace.entity(entity), a, b);
  }
}
