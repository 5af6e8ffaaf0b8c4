package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.Copies;
import dev.holdfast.protocol.Copies.Input;
import dev.holdfast.protocol.Copies.Output;
import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Revocation;
import dev.holdfast.spi.Request;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The copies that one node keeps of others' entities: carries out what its {@link Copies} says. */
final class SimulatedCopies {
  /** How many uses are counted. */
  private static final int COUNTED = 4;

  /** A copy's session, as its readers see it. */
  static final class Session {
    final long owner;
    final int seat;
    long number;
    long until;

    Session(long owner, int seat, long now) {
      this.owner = owner;
      this.seat = seat;
      this.until = now;
    }
  }

  /** A copy, as its readers see it. */
  static final class Kept {
    final int entity;
    final Answer.Done value;
    final Session session;
    final long nonce;
    boolean revoked;
    int uses;

    Kept(int entity, Answer.Done value, Session session, long nonce) {
      this.entity = entity;
      this.value = value;
      this.session = session;
      this.nonce = nonce;
    }
  }

  private final SimulatedNode node;
  private final World world;
  private final Copies machine;
  private final BiConsumer<String, PeerMessage> tell;
  private final Map<Integer, Kept> kept = new TreeMap<>();
  private final Map<Long, Session> sessions = new HashMap<>();
  private final Deque<Kept> evicted = new ArrayDeque<>();

  /** The requests under way, by nonce, and those that only an eviction has cancelled. */
  private final Map<Long, Integer> asked = new TreeMap<>();

  private final Set<Long> cancelled = new HashSet<>();

  SimulatedCopies(SimulatedNode node, CopyTerms terms, BiConsumer<String, PeerMessage> tell) {
    this.node = node;
    this.world = node.world;
    this.tell = tell;
    String self = NodeTable.address(node.seat(), node.epoch());
    this.machine = new Copies(node.epoch(), self, terms);
  }

  /** The copy, readable or not; null if there is none. */
  @Nullable Kept find(int entity) {
    Kept copy = kept.get(entity);
    if (copy != null && world.weather.strikes(world.weather.copiesEvicted)) {
      node.after(world.weather.slow(), () -> evict(copy));
    }
    return copy;
  }

  // ---- requests and their answers

  /** A read is about to be sent. */
  Request.Fill asked(int entity, long nonce) {
    asked.put(nonce, entity);
    step(new Input.Asked(World.key(entity), nonce));
    return new Request.Fill(node.epoch(), nonce);
  }

  /** Nobody waits for an answer any more. */
  void over(long nonce) {
    if (asked.remove(nonce) != null) {
      cancelled.remove(nonce);
      step(new Input.Over(nonce));
    }
  }

  void answered(int entity, long nonce, Answer.Done done) {
    Answer.Grant grant = done.grant();
    if (grant == null) {
      over(nonce);
      return;
    }
    asked.remove(nonce);
    boolean keeps = false;
    for (Output output : machine.step(node.nanos(), new Input.Answered(nonce, grant))) {
      if (output instanceof Output.Keep) {
        keeps = true;
      } else {
        perform(output);
      }
    }
    boolean evictedOnly = cancelled.remove(nonce) && world.off.contains(Rule.DROP);
    if (keeps) {
      keep(entity, nonce, done, grant.owner());
    } else if (grant.session() != 0) {
      world.reached(State.LATE_GRANT_REFUSED);
      if (evictedOnly || world.off.contains(Rule.NONCE)) {
        keep(entity, nonce, done, grant.owner());
      }
    }
  }

  private void keep(int entity, long nonce, Answer.Done done, long owner) {
    Session session = sessions.get(owner);
    if (session == null) {
      step(new Input.Evicted(owner, World.key(entity), nonce));
      return;
    }
    say("keeps {revision, nonce}", entity, done.revision(), nonce);
    Kept before = kept.put(entity, new Kept(entity, done, session, nonce));
    if (before != null) {
      world.reached(State.COPY_REPLACED);
      left(before);
      evicted(before);
    }
  }

  // ---- evictions

  private void evict(Kept copy) {
    if (kept.remove(copy.entity, copy)) {
      say("evicts {revision, nonce}", copy.entity, copy.value.revision(), copy.nonce);
      left(copy);
      evicted.add(copy);
    }
  }

  private void left(Kept copy) {
    if (!world.off.contains(Rule.MARK)) {
      copy.revoked = true;
    }
  }

  private void evicted(Kept copy) {
    asked.forEach((nonce, entity) -> {
      if (entity == copy.entity) {
        cancelled.add(nonce);
      }
    });
    step(new Input.Evicted(copy.session.owner, World.key(copy.entity), copy.nonce));
  }

  // ---- what the machine says

  void told(PeerMessage message) {
    step(new Input.Told(message));
  }

  void tick() {
    for (Kept copy = evicted.poll(); copy != null; copy = evicted.poll()) {
      evicted(copy);
    }
    step(new Input.Tick());
  }

  void live(Set<Long> epochs) {
    step(new Input.Live(epochs));
  }

  private void step(Input input) {
    machine.step(node.nanos(), input).forEach(output -> {
      if (input instanceof Input.Told told
          && told.message() instanceof PeerMessage.Renewed
          && output instanceof Output.Discard carried
          && carried.revocation().keys().stream().anyMatch(this::holds)) {
        world.reached(State.REVOCATION_CARRIED);
      }
      perform(output);
    });
  }

  private boolean holds(EntityKey key) {
    return kept.containsKey(World.entity(key));
  }

  private void perform(Output output) {
    if (output instanceof Output.Tell message) {
      tell.accept(message.address(), message.message());
    } else if (output instanceof Output.Extend extend) {
      extend(extend.owner(), extend.untilNanos());
    } else if (output instanceof Output.Discard discard) {
      discard(discard);
    } else if (output instanceof Output.End end) {
      end(end);
    }
  }

  private void extend(long owner, long until) {
    long now = node.nanos();
    Session session =
        sessions.computeIfAbsent(owner, epoch -> new Session(epoch, world.seatOf(epoch), now));
    boolean lapsed = session.until - now <= 0 && until - now > 0;
    if (lapsed && kept.values().stream().anyMatch(copy -> copy.session == session)) {
      world.reached(State.SESSION_REVIVED);
    }
    if (until - session.until > 0) {
      session.until = until;
    }
  }

  private void end(Output.End end) {
    Session session = sessions.remove(end.owner());
    if (session != null) {
      session.until = node.nanos();
    }
    if (!end.keys().isEmpty()) {
      world.reached(State.SESSION_ENDED);
    }
    end.keys().forEach(this::discard);
  }

  private void discard(Output.Discard discard) {
    Revocation revocation = discard.revocation();
    List<Integer> uses = new ArrayList<>();
    revocation.keys().forEach(key -> uses.add(discard(key)));
    tell.accept(discard.address(), discard.acknowledgement().having(uses));
  }

  /** Answers how often it was read; or praises it, so that there will be more. */
  private int discard(EntityKey key) {
    int entity = World.entity(key);
    asked.forEach((nonce, of) -> {
      if (of == entity) {
        cancelled.remove(nonce);
      }
    });
    Kept copy = kept.remove(entity);
    if (copy == null) {
      return 0;
    }
    say("discards {revision, nonce}", entity, copy.value.revision(), copy.nonce);
    copy.revoked = true;
    return world.weather.copiesPraised ? COUNTED : Math.min(COUNTED, copy.uses);
  }

  private void say(String what, int entity, long a, long b) {
    world.add(node.seat(), what, Trace.entity(entity), a, b);
  }
}
