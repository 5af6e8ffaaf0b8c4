package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.verify.simulation.History.Change;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks one thing after the other of any node, and sends it again, under the same
 * operation id, until it is answered or its time is up.
 */
final class Client {
  /** Fewer than a row keeps operations, so that each repetition is recognised. */
  private static final int MOST_CHANGES = 60;

  private static final long DEADLINE = 5 * SECOND;

  /** What is being asked; {@code change} is null for a read. */
  private static final class Call {
    final int entity;
    final int floor;
    final @Nullable Change change;
    final Kind kind;
    int attempts;
    boolean over;
    long resend = 250 * MILLI;

    Call(int entity, int floor, @Nullable Change change, Kind kind) {
      this.entity = entity;
      this.floor = floor;
      this.change = change;
      this.kind = kind;
    }
  }

  private final World world;
  private final int number;
  private final int place;
  private final int near;
  private final Deque<Call> unresolved = new ArrayDeque<>();
  private @Nullable Call current;
  private int lastRead = -1;
  private boolean settling;
  private int toRead = World.ENTITIES;

  Client(World world, int number) {
    this.world = world;
    this.number = number;
    this.place = World.DATABASE + 1 + number;
    this.near = world.random.nextInt(World.NODES);
  }

  void start() {
    world.time.after(world.weather.upTo(SECOND), this::next);
  }

  /** Whether it has learnt of everything what became of it. */
  boolean settled() {
    return settling && current == null && unresolved.isEmpty() && toRead == 0;
  }

  /** The entity that it waits for. */
  int entity() {
    return current != null ? current.entity : 0;
  }

  /** Asks nothing new any more, but once more all that it does not know the outcome of. */
  void settle() {
    settling = true;
    if (current == null) {
      next();
    }
  }

  private void next() {
    if (current != null) {
      return;
    }
    if (settling) {
      settleNext();
      return;
    }
    boolean again = lastRead >= 0 && world.weather.strikes(world.weather.readAgain);
    int entity = again ? lastRead : world.random.nextInt(World.ENTITIES);
    if (again || world.weather.oneIn(2) || world.history.changesOf(entity) >= MOST_CHANGES) {
      lastRead = entity;
      begin(new Call(entity, world.history.floor(entity), null, Kind.GET));
    } else {
      boolean conditional = world.weather.oneIn(4);
      long expected = conditional
          ? world.history.floor(entity) - 1 - (world.weather.oneIn(4) ? 1 : 0)
          : Request.ANY;
      Change change = world.history.change(entity, Math.max(expected, conditional ? -1 : expected));
      Kind kind = world.weather.oneIn(3) ? Kind.SET : Kind.CHANGE;
      begin(new Call(entity, change.floor, change, kind));
    }
  }

  private void settleNext() {
    Call open = unresolved.poll();
    if (open != null) {
      open.over = false;
      begin(open);
    } else if (toRead > 0) {
      int entity = --toRead;
      begin(new Call(entity, world.history.floor(entity), null, Kind.GET));
    }
  }

  private void begin(Call call) {
    current = call;
    say(call, "asks " + call.kind + " {change, floor}");
    send(call);
    if (!settling) {
      world.time.after(DEADLINE, () -> timeIsUp(call));
    }
  }

  private void send(Call call) {
    if (call.over || call != current) {
      return;
    }
    call.attempts++;
    int attempt = call.attempts;
    Seat seat = seatFor(call);
    Request request = request(call, attempt);
    int copies = world.net.message(
        place, seat.number(), () -> arrived(seat, call, request), () -> cameToNothing(call));
    if (call.change != null) {
      call.change.open += copies;
    }
    long again = call.resend;
    call.resend = Math.min(2 * again, 2 * SECOND);
    world.time.after(again, () -> {
      if (call.attempts == attempt) {
        send(call);
      }
    });
  }

  private Seat seatFor(Call call) {
    boolean nearby = call.change == null && world.weather.strikes(world.weather.readNearby);
    return nearby ? world.seats.get(near) : world.placement.seatFor(World.shardOf(call.entity));
  }

  private Request request(Call call, int attempt) {
    Change change = call.change;
    EntityKey key = World.key(call.entity);
    if (change == null) {
      return new Request(Kind.GET, key, "", "", "", Request.ANY, 1_000);
    }
    String json = "" + change.number;
    String operation = world.off.contains(Rule.ONCE) ? json + "." + attempt : json;
    String name = call.kind == Kind.CHANGE && change.number % 4 == 0 ? Cells.ODD : "";
    return new Request(call.kind, key, operation, name, json, change.expected, 1_000);
  }

  private static void cameToNothing(Call call) {
    if (call.change != null) {
      call.change.open--;
    }
  }

  private void arrived(Seat seat, Call call, Request request) {
    SimulatedNode node = seat.node();
    if (node.ended()) {
      cameToNothing(call);
      return;
    }
    node.run(() -> node.receive(call.entity, request, answer -> {
      if (answer instanceof Answer.NotNow || answer instanceof Answer.Failed) {
        cameToNothing(call);
      } else if (call.change != null) {
        call.change.maybe = true;
      }
      world.net.message(seat.number(), place, () -> answered(call, answer), () -> {});
    }));
  }

  private void answered(Call call, Answer answer) {
    if (call.over || call != current) {
      return;
    }
    if (answer instanceof Answer.NotNow
        || answer instanceof Answer.Unsure
        || (mayChange(call, answer) && !settling)) {
      int attempt = call.attempts;
      world.time.after(10 * MILLI + world.weather.upTo(90 * MILLI), () -> {
        if (call.attempts == attempt) {
          send(call);
        }
      });
      return;
    }
    say(call, "is answered " + answer.getClass().getSimpleName() + " {change, floor}");
    finish(call);
    Change change = call.change;
    if (answer instanceof Answer.Done done) {
      done(call, change, done);
    } else if (answer instanceof Answer.Failed failed) {
      failed(call, change, failed);
    }
  }

  /** A rejection is final only if no other message with that change may still be accepted. */
  private static boolean mayChange(Call call, Answer answer) {
    return answer instanceof Answer.Failed failed
        && failed.kind() == Answer.Kind.REJECTED
        && call.change != null
        && (call.change.open > 0 || call.change.maybe);
  }

  private void done(Call call, @Nullable Change change, Answer.Done done) {
    if (change != null) {
      world.history.acknowledged(change, done.revision());
    } else {
      Cell cell = world.cells.of(String.valueOf(done.json()));
      world.history.read(call.entity, call.floor, cell.changes());
      if (done.revision() != cell.changes().length - 1) {
        throw new Violation(call.entity, "a read shows another revision than its value's");
      }
    }
  }

  private void failed(Call call, @Nullable Change change, Answer.Failed failed) {
    if (failed.kind() == Answer.Kind.NOT_FOUND && change == null) {
      world.history.read(call.entity, call.floor, new int[0]);
    } else if (failed.kind() == Answer.Kind.REJECTED && change != null) {
      world.reached(State.REJECTED);
      world.history.refused(change, (int) failed.detail() + 1);
      if (!mayChange(call, failed)) {
        world.history.certainlyNot(change);
      }
    } else if (failed.kind() == Answer.Kind.REVISION_MISMATCH && change != null) {
      world.reached(State.REVISION_MISMATCH);
      world.history.refused(change, (int) failed.detail() + 1);
      world.history.certainlyNot(change);
    } else {
      throw new Violation(call.entity, "an answer that nobody expects: " + failed);
    }
  }

  private void timeIsUp(Call call) {
    if (call.over || call != current || settling) {
      return;
    }
    say(call, "gives up {change, floor}");
    finish(call);
    Change change = call.change;
    if (change == null) {
      return;
    }
    if (change.open == 0 && !change.maybe) {
      world.history.certainlyNot(change);
    } else {
      world.reached(State.OUTCOME_UNKNOWN_TO_CLIENT);
      unresolved.add(call);
    }
  }

  private void finish(Call call) {
    call.over = true;
    current = null;
    world.time.after(settling ? 0 : world.weather.upTo(300 * MILLI), this::next);
  }

  private void say(Call call, String what) {
    int change = call.change == null ? -1 : call.change.number;
    world.add(Trace.client(number), what, Trace.entity(call.entity), change, call.floor);
  }
}
