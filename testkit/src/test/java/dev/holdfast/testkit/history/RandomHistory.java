package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import dev.holdfast.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A small history of one key. Calls are applied at a random moment each, so that it is one that
 * could have been; most are then changed a little, so that they perhaps could not.
 */
final class RandomHistory {
  /** What is asked for, and what answers tell. */
  enum Kind {
    /** Writes, compare-and-set, deletions that tell their revision; values are unique. */
    REGISTER,
    /** The same, with few values. */
    REGISTER_OF_FEW_VALUES,
    /** The same, with deletions and writes that do not tell, or whose outcome is unknown. */
    REGISTER_UNTOLD,
    /** Writes and reads; no revision is told. */
    VALUES,
    /** A list; some appends do not tell their revision. */
    LIST,
    /** A counter that one amount is added to; some adds do not tell their revision. */
    COUNTER,
    /** A counter that several amounts are added to. */
    COUNTER_OF_AMOUNTS;

    boolean register() {
      return this == REGISTER || this == REGISTER_OF_FEW_VALUES || this == REGISTER_UNTOLD;
    }

    boolean counter() {
      return this == COUNTER || this == COUNTER_OF_AMOUNTS;
    }

    /** Whether answers may leave out the revision. */
    boolean untold() {
      return this == REGISTER_UNTOLD || this == LIST || this == COUNTER;
    }
  }

  private record Moment(int number, long called, long returned, long at) {}

  private record State(long revision, @Nullable String value) {}

  private final Random random;
  private final Kind kind;
  private final Start start;
  private final List<State> states = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private State now;

  RandomHistory(Kind kind, Random random) {
    this.kind = kind;
    this.random = random;
    this.start = anyStart();
    this.now = new State(start.revision(), start.value());
    states.add(now);
    moments().forEach(this::happen);
    if (one(2)) {
      readStale();
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      change();
    }
  }

  Start start() {
    return start;
  }

  private Start anyStart() {
    String first = kind.counter() ? "3" : "first";
    return switch (random.nextInt(3)) {
      case 0 -> Start.absent();
      case 1 -> kind.register() || kind == Kind.VALUES ? Start.initial(first) : Start.at(0, first);
      default -> Start.at(5, first);
    };
  }

  List<Operation> operations() {
    return operations;
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private List<Moment> moments() {
    int size = 2 + random.nextInt(6);
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long called = random.nextInt(3 * size);
      long returned = called + random.nextInt(8);
      moments.add(new Moment(i, called, returned, between(called, returned)));
    }
    moments.sort(Comparator.comparingLong(Moment::at));
    return moments;
  }

  private long between(long from, long to) {
    return from + random.nextInt((int) (to - from) + 1);
  }

  private void happen(Moment moment) {
    Asked asked = asked(moment.number);
    boolean deletesUntold = start.afterDelete() != null || kind == Kind.REGISTER_UNTOLD;
    boolean mayBeUnknown = !(asked instanceof Asked.Delete) || deletesUntold;
    if (mayBeUnknown && one(4)) {
      if (one(2)) {
        apply(asked);
      }
      long called = Math.max(0, moment.called - random.nextInt(3));
      record(asked, called, moment.returned, new Told.Unknown("time is up"));
    } else if (!(asked instanceof Asked.Read) && one(10)) {
      record(asked, moment.called, moment.returned, new Told.Refused("busy", Told.UNTOLD));
    } else {
      record(asked, moment.called, moment.returned, apply(asked));
    }
  }

  private void record(Asked asked, long called, long returned, Told told) {
    operations.add(new Operation("k", "c" + operations.size(), asked, called, returned, told));
  }

  private Asked asked(int number) {
    if (random.nextInt(5) < 2) {
      return Asked.read();
    }
    if (kind == Kind.LIST) {
      return Asked.append("e" + number);
    }
    if (kind.counter()) {
      return Asked.add(kind == Kind.COUNTER ? 2 : 1 + random.nextInt(3));
    }
    boolean few = kind == Kind.REGISTER_OF_FEW_VALUES;
    String value = few ? "v" + random.nextInt(2) : "v" + number;
    if (one(3)) {
      long at = now.value == null ? Entity.ABSENT : now.revision;
      return Asked.writeIf(
          Math.max(Entity.ABSENT, one(3) ? at + random.nextInt(3) - 1 : at), value);
    }
    return kind.register() && one(4) ? Asked.delete() : Asked.write(value);
  }

  /** Does it, and tells what the answer is. */
  private Told apply(Asked asked) {
    long at = now.value == null ? Entity.ABSENT : now.revision;
    if (asked instanceof Asked.Read) {
      return now.value == null
          ? new Told.Refused("not-found", Entity.ABSENT)
          : new Told.Done(kind == Kind.VALUES ? Told.UNTOLD : now.revision, now.value);
    }
    if (asked instanceof Asked.Delete && now.value == null) {
      return new Told.Refused("not-found", Entity.ABSENT);
    }
    if (asked instanceof Asked.WriteIf writeIf && kind != Kind.VALUES && writeIf.expected() != at) {
      return new Told.Refused("revision-mismatch", at);
    }
    now = new State(now.revision + 1, after(asked));
    states.add(now);
    boolean untold = kind == Kind.VALUES || (kind.untold() && one(2));
    boolean valueTold = kind != Kind.COUNTER_OF_AMOUNTS || one(2);
    return new Told.Done(
        untold ? Told.UNTOLD : now.revision, valueTold && one(2) ? now.value : null);
  }

  private @Nullable String after(Asked asked) {
    if (asked instanceof Asked.Write write) {
      return write.value();
    }
    if (asked instanceof Asked.WriteIf write) {
      return write.value();
    }
    if (asked instanceof Asked.Append append) {
      return now.value == null ? append.element() : now.value + "," + append.element();
    }
    if (asked instanceof Asked.Add add) {
      long count = now.value == null ? 0 : Long.parseLong(now.value);
      return Long.toString(count + add.amount());
    }
    return start.afterDelete();
  }

  private void readStale() {
    long called = random.nextInt(24);
    Read how = one(3) ? Read.any() : Read.atMostStale(Duration.ofNanos(random.nextInt(12)));
    record(Asked.read(how), called, called + random.nextInt(6), show(oneOf(states)));
  }

  private Told show(State state) {
    return state.value == null
        ? new Told.Refused("not-found", Entity.ABSENT)
        : new Told.Done(kind == Kind.VALUES ? Told.UNTOLD : state.revision, state.value);
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Changes the times or the answer of one operation. */
  private void change() {
    int which = random.nextInt(operations.size());
    Operation was = operations.get(which);
    long shift = random.nextInt(9) - 4L;
    boolean inTime = one(3);
    long called = Math.max(0, was.calledNanos() + (inTime ? shift : 0));
    long returned = Math.max(called, was.returnedNanos() + (inTime ? shift : 0));
    operations.set(
        which,
        new Operation(
            was.key(),
            was.client(),
            was.asked(),
            called,
            returned,
            inTime ? was.told() : changed(was)));
  }

  private Told changed(Operation was) {
    if (was.told() instanceof Told.Done done) {
      if (!was.reads() && one(4)) {
        return new Told.Refused("busy", Told.UNTOLD);
      }
      boolean revision = kind != Kind.VALUES && done.revision() != Told.UNTOLD && one(2);
      return was.reads() && !revision
          ? show(oneOf(states))
          : new Told.Done(done.revision() + (revision ? random.nextInt(3) - 1 : 0), done.value());
    }
    if (was.told() instanceof Told.Refused refused && refused.revision() != Told.UNTOLD) {
      return new Told.Refused(refused.reason(), refused.revision() + random.nextInt(2));
    }
    return was.told();
  }
}
