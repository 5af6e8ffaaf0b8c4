package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * One random schedule of an owner's {@link Grants} and two readers' {@link Copies}: messages that
 * are lost, late and overtake each other, readers that fall silent and evict, clocks that differ by
 * as much as they may. The owner changes an entity only when it was told that no copy is left.
 * Checked at every read: nobody reads what is older than the latest change.
 */
final class CopiesSchedule {
  private static final long OWNER = 9;
  private static final long MILLI = 1_000_000;
  private static final CopyTerms TERMS = CopyTerms.acrossHosts(6);
  private static final List<EntityKey> KEYS =
      List.of(new EntityKey("t", "a"), new EntityKey("t", "b"), new EntityKey("t", "c"));

  /** What came about, so that a test can see that the rare things did. */
  enum Event {
    KEPT,
    READ,
    REFUSED_LATE_GRANT,
    ACKNOWLEDGED,
    WAITED_FOR_THE_END,
    REOPENED,
    REVIVED,
    DROPPED,
    RECALLED,
    FULL
  }

  private final class Reader {
    final long epoch;
    final long rate;
    final Copies copies;
    final Map<EntityKey, Long> kept = new HashMap<>();
    final Map<EntityKey, Long> nonces = new HashMap<>();
    long untilNanos = Long.MIN_VALUE / 2;
    boolean silent;

    Reader(long epoch, long rate) {
      this.epoch = epoch;
      this.rate = rate;
      this.copies = new Copies(epoch, "reader" + epoch, TERMS);
    }

    /** Its clock, which may be a percent fast or slow. */
    long nanos() {
      return now / 100 * rate;
    }

    void step(Copies.Input input) {
      copies.step(nanos(), input).forEach(this::perform);
    }

    private void perform(Copies.Output output) {
      if (output instanceof Copies.Output.Discard discard) {
        discard.revocation().keys().forEach(kept::remove);
        send(discard.acknowledgement(), Reader.this::toOwner);
      } else if (output instanceof Copies.Output.End end) {
        end.keys().forEach(kept::remove);
        untilNanos = Long.MIN_VALUE / 2;
        note(Event.REOPENED);
      } else if (output instanceof Copies.Output.Extend extend) {
        if (untilNanos - nanos() < 0 && !kept.isEmpty()) {
          note(Event.REVIVED);
        }
        untilNanos = Math.max(untilNanos, extend.untilNanos());
      } else if (output instanceof Copies.Output.Tell tell) {
        send(tell.message(), Reader.this::toOwner);
      }
    }

    private void toOwner(PeerMessage message) {
      owner(new Grants.Input.Told(message, leaseNanos()));
    }

    void ask(EntityKey key) {
      long nonce = ++numbers;
      step(new Copies.Input.Asked(key, nonce));
      later(() -> {
        long session = revoking.contains(key) ? -1 : grant(key, nonce);
        long value = shown.getOrDefault(key, 0L);
        if (session >= 0) {
          later(() -> answered(key, nonce, value, session));
        } else {
          later(() -> step(new Copies.Input.Over(nonce)));
        }
      });
    }

    private long grant(EntityKey key, long nonce) {
      Grants.Output output =
          grants.step(now, new Grants.Input.Grant(key, epoch, nonce)).get(0);
      long session = ((Grants.Output.Granted) output).session();
      if (session == 0 && grants.count() >= TERMS.grants()) {
        note(Event.FULL);
      }
      return session;
    }

    private void answered(EntityKey key, long nonce, long value, long session) {
      Answer.Grant grant = new Answer.Grant(OWNER, "owner", session);
      boolean keeps = false;
      for (Copies.Output output : copies.step(nanos(), new Copies.Input.Answered(nonce, grant))) {
        if (output instanceof Copies.Output.Keep) {
          keeps = true;
          kept.put(key, value);
          nonces.put(key, nonce);
          note(Event.KEPT);
        } else {
          perform(output);
        }
      }
      if (!keeps && session != 0) {
        note(Event.REFUSED_LATE_GRANT);
      }
    }

    void evict(EntityKey key) {
      if (kept.remove(key) != null) {
        step(new Copies.Input.Evicted(OWNER, key, Objects.requireNonNull(nonces.get(key))));
        note(Event.DROPPED);
      }
    }

    void read(EntityKey key) {
      Long value = kept.get(key);
      if (value != null && untilNanos - nanos() > 0) {
        note(Event.READ);
        assertThat(value)
            .as("reader %d reads %s at %d", epoch, key, now)
            .isEqualTo(shown.getOrDefault(key, 0L));
      }
    }
  }

  private final Random random;
  private final Consumer<Event> events;
  private final Grants grants;
  private final List<Reader> readers = new ArrayList<>();
  private final Map<EntityKey, Long> shown = new HashMap<>();
  private final Set<EntityKey> revoking = new HashSet<>();
  private final Map<Long, Runnable> waiting = new HashMap<>();
  private final Map<Long, Long> since = new HashMap<>();
  private final List<Runnable> network = new ArrayList<>();
  private long now = Long.MAX_VALUE / 200;
  private long numbers;

  CopiesSchedule(long seed, Consumer<Event> events) {
    this.random = new Random(seed);
    this.events = events;
    this.grants = new Grants(OWNER, TERMS, key -> key.id().equals("a") ? 0 : 1);
    readers.add(new Reader(1, 99));
    readers.add(new Reader(2, 101));
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      readers.forEach(reader -> KEYS.forEach(reader::read));
    }
    heal();
  }

  private void step() {
    now += random.nextInt(random.nextInt(50) == 0 ? 3_000 : 30) * MILLI;
    Reader reader = readers.get(random.nextInt(readers.size()));
    EntityKey key = KEYS.get(random.nextInt(KEYS.size()));
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> reader.ask(key);
      case 3 -> change(key);
      case 4 -> reader.evict(key);
      case 5 -> reader.silent = random.nextInt(3) == 0;
      case 6 -> recall(random.nextInt(2));
      case 7, 8, 9 -> tick();
      default -> deliver();
    }
  }

  private void tick() {
    owner(new Grants.Input.Tick());
    assertThat(since.values())
        .as("since when changes wait")
        .allMatch(asked -> now - asked < 1_200 * MILLI);
    readers.forEach(reader -> reader.step(new Copies.Input.Tick()));
  }

  private void deliver() {
    if (!network.isEmpty()) {
      network.remove(random.nextInt(network.size())).run();
    }
  }

  private void later(Runnable task) {
    if (random.nextInt(12) > 0) {
      network.add(task);
    }
  }

  private void send(PeerMessage message, Consumer<PeerMessage> to) {
    later(() -> to.accept(message));
  }

  private long leaseNanos() {
    return random.nextInt(8) == 0 ? random.nextInt(200) * MILLI : 3_000 * MILLI;
  }

  /** The value that is shown changes once no copy is left. */
  private void change(EntityKey key) {
    if (revoking.add(key)) {
      ask(ticket -> new Grants.Input.Revoke(ticket, key), () -> {
        shown.merge(key, 1L, Long::sum);
        revoking.remove(key);
      });
    }
  }

  private void recall(int shard) {
    List<EntityKey> ofShard = KEYS.stream()
        .filter(key -> key.id().equals("a") == (shard == 0) && revoking.add(key))
        .toList();
    ask(ticket -> new Grants.Input.Recall(ticket, shard), () -> {
      ofShard.forEach(key -> shown.merge(key, 1L, Long::sum));
      revoking.removeAll(ofShard);
      note(Event.RECALLED);
    });
  }

  private void ask(LongFunction<Grants.Input> input, Runnable then) {
    long ticket = ++numbers;
    long asked = now;
    waiting.put(ticket, () -> {
      note(now - asked > 900 * MILLI ? Event.WAITED_FOR_THE_END : Event.ACKNOWLEDGED);
      since.remove(ticket);
      then.run();
    });
    since.put(ticket, now);
    owner(input.apply(ticket));
  }

  private void owner(Grants.Input input) {
    for (Grants.Output output : grants.step(now, input)) {
      if (output instanceof Grants.Output.Gone gone) {
        Objects.requireNonNull(waiting.remove(gone.ticket()), "told once").run();
      } else if (output instanceof Grants.Output.Tell tell) {
        Reader to = readers.get((int) tell.message().reader() - 1);
        if (!to.silent) {
          send(tell.message(), message -> to.step(new Copies.Input.Told(message)));
        }
      }
    }
  }

  /** Nobody waits for ever, and a copy can be had again. */
  private void heal() {
    readers.forEach(reader -> reader.silent = false);
    for (int i = 0; i < 400; i++) {
      now += 30 * MILLI;
      tick();
      while (!network.isEmpty()) {
        network.remove(0).run();
      }
    }
    assertThat(waiting).isEmpty();
    assertThat(revoking).isEmpty();
  }

  private void note(Event event) {
    events.accept(event);
  }
}
