package dev.holdfast.verify.fire;

import dev.holdfast.Entity;
import dev.holdfast.Read;
import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.History;
import dev.holdfast.testkit.history.Told;
import dev.holdfast.verify.Rest;
import dev.holdfast.verify.fire.Door.Errand;
import dev.holdfast.verify.fire.Door.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that never stop: each makes one call after the other, on any entity, and records it.
 * Thread-safe.
 *
 * <p>Each has a door of its own, so that a node that does not answer holds up its own clients and
 * nobody else. One that was not heard goes to the next door, as any client does. One whose change
 * has an unknown outcome mostly sends it again under the same operation id, by another door; to the
 * history that is still the same call. Some changes that were done are sent once more, and must be
 * answered alike.
 */
final class Clients implements AutoCloseable {
  /** Who reads everything at the end. */
  static final String LAST = "last";

  /** How long a node may take to answer. */
  static final Duration DEADLINE = Duration.ofSeconds(3);

  private static final Duration STALE = Duration.ofMillis(500);
  private static final int SENDINGS = 5;
  private static final int WORDS = 12;
  private static final int NOTES = 6;
  private static final int TALLIES = 4;
  private static final int LISTS = 4;

  /** Lists grow, so new ones take their place. */
  private static final long LIST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How the clients behave. */
  enum Habit {
    /** A repetition has the operation id of what it repeats. */
    SAME_OPERATION,
    /** It has one of its own: what a client without operation ids does. */
    NEW_OPERATION
  }

  /** An answer of an owner as such: for the audit of who owned what. */
  record Served(Key key, String owner, long calledNanos, long returnedNanos) {}

  private final History history;
  private final List<Door> doors;
  private final Habit habit;
  private final long pauseMicros;
  private final long beganNanos = System.nanoTime();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();
  private final Map<Key, Long> revisions = new ConcurrentHashMap<>();
  private final Queue<Served> served = new ConcurrentLinkedQueue<>();
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
    Thread thread = new Thread(task, "client");
    thread.setDaemon(true);
    return thread;
  });
  private volatile boolean stopped;

  Clients(History history, List<? extends Door> doors, Habit habit, Duration pause) {
    this.history = history;
    this.doors = List.copyOf(doors);
    this.habit = habit;
    this.pauseMicros = TimeUnit.NANOSECONDS.toMicros(pause.toNanos());
  }

  void start(int count, long seed) {
    for (int i = 0; i < count; i++) {
      working.incrementAndGet();
      new Client("" + i, seed * 1_000 + i, doors.get(i % doors.size())).next();
    }
  }

  /** Lets no client begin anything more, and waits until all calls have returned. */
  void stop() {
    stopped = true;
    while (working.get() > 0) {
      Rest.millis(20);
    }
  }

  /** What owners answered. */
  List<Served> served() {
    return List.copyOf(served);
  }

  /** Repetitions that were answered otherwise than what they repeated. */
  List<String> contradictions() {
    return List.copyOf(contradictions);
  }

  /** Keys that every client may use at present. */
  List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      keys.add(new Key(Key.Kind.WORD, "w" + i));
    }
    for (int i = 0; i < NOTES; i++) {
      keys.add(new Key(Key.Kind.NOTE, "n" + i));
    }
    for (int i = 0; i < TALLIES; i++) {
      keys.add(new Key(Key.Kind.TALLY, "t" + i));
    }
    long generation = (System.nanoTime() - beganNanos) / LIST_NANOS;
    for (int i = 0; i < LISTS; i++) {
      keys.add(new Key(Key.Kind.WORDS, "l" + i + "-" + generation));
    }
    return keys;
  }

  /** Reads all these keys through all doors, in both ways that must show the newest value. */
  void readAll(List<Key> keys) {
    stopped = false;
    for (Key key : keys) {
      for (Read how : List.of(Read.linearizable(), Read.confirmed(), Read.any())) {
        for (Door door : doors) {
          working.incrementAndGet();
          new Client(LAST, 0, door).read(key, how);
        }
      }
      while (working.get() > 0) {
        Rest.millis(1);
      }
    }
    stopped = true;
  }

  @Override
  public void close() {
    stopped = true;
    timer.shutdownNow();
  }

  /** A UUID of version 7: by its time a repetition that comes too late is known as such. */
  private static String operation(Random random) {
    long high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(1 << 12);
    long low = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
    return new java.util.UUID(high, low).toString();
  }

  /** Makes one call after the other, so that one thread at a time works for it. */
  private final class Client {
    private final String name;
    private final Random random;
    private final Door home;

    Client(String name, long seed, Door home) {
      this.name = name;
      this.random = new Random(seed);
      this.home = home;
    }

    private void next() {
      if (stopped) {
        working.decrementAndGet();
        return;
      }
      List<Key> keys = keys();
      Key key = keys.get(random.nextInt(keys.size()));
      Errand errand = new Errand(key, asked(key), operation(random));
      new Attempt(this, errand).send(home);
    }

    void read(Key key, Read how) {
      Errand errand = new Errand(key, Asked.read(how), operation(random));
      new Attempt(this, errand).send(home);
    }

    private void ended() {
      if (stopped || name.equals(LAST)) {
        working.decrementAndGet();
      } else {
        later(pauseMicros, this::next);
      }
    }

    private Asked asked(Key key) {
      int dice = random.nextInt(100);
      if (dice < 42) {
        return Asked.read();
      } else if (dice < 50) {
        return Asked.read(Read.confirmed());
      } else if (dice < 56) {
        return Asked.read(Read.atMostStale(STALE));
      } else if (dice < 60) {
        return Asked.read(Read.any());
      }
      String word = name + "-" + operations.incrementAndGet();
      return switch (key.kind()) {
        case TALLY -> Asked.add(1);
        case WORDS -> Asked.append(word);
        case WORD -> dice < 85 ? Asked.write(word) : Asked.writeIf(known(key, 0), word);
        case NOTE ->
          dice < 72
              ? Asked.write(word)
              : dice < 86 ? Asked.writeIf(known(key, Entity.ABSENT), word) : Asked.delete();
      };
    }

    private long known(Key key, long atFirst) {
      return revisions.getOrDefault(key, atFirst);
    }
  }

  private void later(long micros, Runnable task) {
    var unused = timer.schedule(task, micros, TimeUnit.MICROSECONDS);
  }

  /** One call, however often it is sent. */
  private final class Attempt {
    private final Client client;
    private final Errand errand;
    private final History.Pending call;
    private final long calledNanos;
    private int sendings;
    private boolean unsure;

    Attempt(Client client, Errand errand) {
      this.client = client;
      this.errand = errand;
      this.call = history.called(errand.key().name(), client.name, errand.asked());
      this.calledNanos = System.nanoTime();
    }

    void send(Door door) {
      sendings++;
      String operation = habit == Habit.SAME_OPERATION || sendings == 1
          ? errand.operation()
          : operation(client.random);
      var unused = door.send(new Errand(errand.key(), errand.asked(), operation))
          .thenAccept(reply -> returned(door, reply));
    }

    private void returned(Door door, Reply reply) {
      Told told = reply.told();
      if (told instanceof Told.Done done) {
        done(reply, done);
        return;
      }
      unsure |= told instanceof Told.Unknown;
      boolean again = unsure ? client.random.nextInt(4) > 0 : !reply.heard();
      if (again && sendings < SENDINGS) {
        Door other = doors.get((doors.indexOf(door) + 1) % doors.size());
        later(unsure ? TimeUnit.MILLISECONDS.toMicros(200) : 0, () -> send(other));
      } else if (unsure) {
        end(() -> call.unknown("" + told));
      } else {
        Told.Refused refused = (Told.Refused) told;
        if (refused.revision() != Told.UNTOLD) {
          revisions.put(errand.key(), refused.revision());
        }
        end(() -> call.refused(refused.reason(), refused.revision()));
      }
    }

    private void done(Reply reply, Told.Done done) {
      long now = System.nanoTime();
      if (!reply.owner().isEmpty() && !mayBeStale(errand.asked())) {
        served.add(new Served(errand.key(), reply.owner(), calledNanos, now));
      }
      if (errand.asked() instanceof Asked.Delete) {
        revisions.put(errand.key(), Entity.ABSENT);
      } else if (done.revision() != Told.UNTOLD) {
        revisions.put(errand.key(), done.revision());
      }
      boolean change = !(errand.asked() instanceof Asked.Read);
      if (change && habit == Habit.SAME_OPERATION && client.random.nextInt(20) == 0) {
        repeat(done);
      }
      end(() -> call.done(done.revision(), done.value()));
    }

    /** Such reads may also be answered by whoever was the owner and has not heard of its end. */
    private static boolean mayBeStale(Asked asked) {
      return asked instanceof Asked.Read read
          && (read.how() instanceof Read.AtMostStale || read.how() instanceof Read.Any);
    }

    /** The same change once more: it must be answered as before, and not be done again. */
    private void repeat(Told.Done first) {
      Door door = doors.get(client.random.nextInt(doors.size()));
      working.incrementAndGet();
      var unused = door.send(errand).thenAccept(reply -> {
        if (reply.told() instanceof Told.Done second && differ(first, second)) {
          contradictions.add(errand.key().name() + ": " + errand.asked() + " under "
              + errand.operation() + " was answered " + first + ", and sent again " + second);
        }
        working.decrementAndGet();
      });
    }

    private boolean differ(Told.Done first, Told.Done second) {
      return first.revision() != Told.UNTOLD
          && second.revision() != Told.UNTOLD
          && first.revision() != second.revision();
    }

    private void end(Runnable recording) {
      recording.run();
      client.ended();
    }
  }
}
