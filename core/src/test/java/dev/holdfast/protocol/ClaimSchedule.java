package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.protocol.ShardClaim.Output;
import dev.holdfast.protocol.ShardClaim.Raised;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * One random schedule: a node that takes, writes under, raises and gives one claim, another node
 * that wants it too, and a database that loses replies and applies late. Checks after every step
 * what must always hold.
 */
final class ClaimSchedule {
  private static final long ME = 5;
  private static final long OTHER = 6;

  /** Told of every input, with the states around it. */
  interface Visitor {
    void visited(ClaimState before, Input input, ClaimState after);
  }

  private final Random random;
  private final Visitor visitor;
  private final ShardClaim claim = new ShardClaim(ME);
  private final Deque<Long> orders = new ArrayDeque<>();
  private final Map<Long, Long> raises = new HashMap<>();
  private final List<Output> late = new ArrayList<>();
  private final Map<Long, Integer> inFlight = new HashMap<>();
  private Output asked = new Output.Lost();
  private boolean asking;
  private long owner;
  private long token;
  private long wantedBy;
  private boolean fenced;
  private long now = Long.MAX_VALUE - 5_000_000_000L;
  private long tickets;
  private long hold;
  private long recalling;
  private long writingUnder;

  ClaimSchedule(long seed, Visitor visitor) {
    this.random = new Random(seed);
    this.visitor = visitor;
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
    heal();
  }

  private void step() {
    now += random.nextInt(50_000_000);
    if (random.nextInt(4) == 0) {
      recall();
    }
    switch (random.nextInt(16)) {
      case 0 -> order(new Input.Take(++tickets));
      case 1 -> order(new Input.Give(++tickets));
      case 2, 3 -> write();
      case 4, 5 -> writeBack();
      case 6, 7 -> raise();
      case 8 -> review();
      case 9 -> disturb();
      case 10 -> applyLate();
      default -> reply();
    }
  }

  private void order(Input order) {
    if (orders.size() < 3) {
      orders.add(tickets);
      input(order);
    }
  }

  private void write() {
    long under = random.nextInt(4) == 0 ? random.nextInt((int) hold + 1) : hold;
    if (!input(new Input.Enter(under)).isEmpty()) {
      inFlight.merge(under, 1, Integer::sum);
    }
  }

  private void writeBack() {
    List<Long> holds = new ArrayList<>(inFlight.keySet());
    if (!holds.isEmpty()) {
      long under = holds.get(random.nextInt(holds.size()));
      inFlight.computeIfPresent(under, (h, n) -> n == 1 ? null : n - 1);
      input(new Input.Left(under));
    }
  }

  private void recall() {
    if (recalling != 0) {
      long over = recalling;
      recalling = 0;
      input(new Input.Recalled(over));
    }
  }

  private void raise() {
    long seen = random.nextInt(3) == 0 ? Math.max(0, writingUnder - 1) : writingUnder;
    raises.put(++tickets, seen);
    input(new Input.Raise(tickets, random.nextInt(6) == 0 ? 0 : hold, seen));
  }

  private void review() {
    input(new Input.Review(owner, token, wantedBy, random.nextInt(4) > 0));
  }

  private void disturb() {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> otherTakes();
      case 3, 4 -> now += ShardClaim.YIELD_NANOS / 2;
      case 5 -> now += ShardClaim.PATIENCE_NANOS;
      case 6 -> fenced |= random.nextInt(4) == 0;
      default -> {
        if (random.nextInt(8) == 0) {
          fenced = true;
          input(new Input.Died());
        }
      }
    }
  }

  private void otherTakes() {
    if (owner == ME && !fenced) {
      wantedBy = OTHER;
    } else {
      owner = owner == OTHER ? 0 : OTHER;
      token += owner == OTHER ? 1 : 0;
    }
  }

  private List<Output> input(Input input) {
    ClaimState before = claim.state();
    List<Output> outputs = claim.step(now, input);
    visitor.visited(before, input, claim.state());
    outputs.forEach(this::perform);
    return outputs;
  }

  private void perform(Output output) {
    if (output instanceof Output.Began began) {
      assertThat(began.hold()).isGreaterThan(hold);
      hold = began.hold();
      writingUnder = began.token();
    } else if (output instanceof Output.Token raised) {
      assertThat(raised.token()).isGreaterThanOrEqualTo(writingUnder);
      writingUnder = raised.token();
    } else if (output instanceof Output.Recall recall) {
      recalling = recall.hold();
    } else if (output instanceof Output.Took took) {
      assertThat(orders.remove()).as("in order").isEqualTo(took.ticket());
    } else if (output instanceof Output.Gave gave) {
      assertThat(orders.remove()).as("in order").isEqualTo(gave.ticket());
    } else if (output instanceof Output.RaiseEnded end) {
      Long seen = raises.remove(end.ticket());
      assertThat(seen).as("answered once").isNotNull();
      if (end.raised() == Raised.YES && seen != null) {
        assertThat(token).as("raised beyond what was seen").isGreaterThan(seen);
      }
    } else if (isCall(output)) {
      ask(output);
    }
  }

  private static boolean isCall(Output output) {
    return output instanceof Output.Claim
        || output instanceof Output.Barrier
        || output instanceof Output.Release
        || output instanceof Output.Look
        || output instanceof Output.Pause;
  }

  private void ask(Output output) {
    if (output instanceof Output.Release release && release.token() == writingUnder) {
      assertThat(inFlight).as("writes in flight").doesNotContainKey(hold);
      assertThat(recalling).as("copies").isNotEqualTo(hold);
    }
    asked = output;
    asking = true;
  }

  private void reply() {
    if (!asking) {
      return;
    }
    asking = false;
    Output call = asked;
    if (call instanceof Output.Pause pause) {
      now += pause.nanos();
      input(new Input.Woken(pause.call()));
      return;
    }
    int fate = random.nextInt(12);
    if (fate == 0) {
      late.add(call);
      input(new Input.Failed(number(call)));
    } else if (fate == 1) {
      execute(call);
      input(new Input.Failed(number(call)));
    } else {
      input(execute(call));
    }
  }

  private static long number(Output call) {
    return call instanceof Output.Claim c
        ? c.call()
        : call instanceof Output.Barrier b
            ? b.call()
            : call instanceof Output.Release r ? r.call() : ((Output.Look) call).call();
  }

  private void applyLate() {
    if (!late.isEmpty()) {
      execute(late.remove(random.nextInt(late.size())));
    }
  }

  private Input execute(Output call) {
    if (call instanceof Output.Claim taken) {
      boolean can = (owner == 0 || owner == ME) && !fenced;
      if (can) {
        owner = ME;
        token++;
      }
      return new Input.Claimed(taken.call(), can ? OptionalLong.of(token) : OptionalLong.empty());
    }
    if (call instanceof Output.Barrier barrier) {
      boolean can = owner == ME && token == barrier.token();
      token += can ? 1 : 0;
      return new Input.Barred(barrier.call(), can ? OptionalLong.of(token) : OptionalLong.empty());
    }
    if (call instanceof Output.Release release) {
      owner = owner == ME && token == release.token() ? 0 : owner;
      return new Input.Released(release.call());
    }
    return new Input.Seen(((Output.Look) call).call(), owner, token);
  }

  private void check() {
    ClaimState state = claim.state();
    boolean serving = state instanceof ClaimState.Held || state instanceof ClaimState.Raising;
    if (serving && !fenced) {
      assertThat(owner).as("served shards are ours").isEqualTo(ME);
      assertThat(state.token()).isLessThanOrEqualTo(token);
    }
    if (state instanceof ClaimState.Dead) {
      assertThat(orders).isEmpty();
      assertThat(raises).isEmpty();
    }
  }

  /** Nothing fails any more: whatever was asked is answered, and the claim can be given back. */
  private void heal() {
    late.clear();
    while (!inFlight.isEmpty()) {
      writeBack();
    }
    recall();
    if (owner == OTHER) {
      owner = 0;
    }
    orders.add(++tickets);
    input(new Input.Give(tickets));
    finishAll();
    wantedBy = OTHER;
    review();
    finishAll();
    assertThat(orders).isEmpty();
    assertThat(raises).isEmpty();
    assertThat(claim.state()).isInstanceOfAny(ClaimState.Free.class, ClaimState.Dead.class);
    assertThat(claim.state() instanceof ClaimState.Dead || owner != ME).isTrue();
  }

  private void finishAll() {
    for (int i = 0; i < 1_000 && (asking || recalling != 0); i++) {
      recall();
      finish();
    }
  }

  private void finish() {
    if (!asking) {
      return;
    }
    asking = false;
    Output call = asked;
    if (call instanceof Output.Pause pause) {
      input(new Input.Woken(pause.call()));
    } else {
      input(fenced ? new Input.Died() : execute(call));
    }
  }
}
