package dev.holdfast.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One node's side of one shard's claim: when to ask the database for it, and when to let go.
 *
 * <p>Its states, and what leads from one to another, are those of {@link ClaimState}. Performs
 * nothing itself. {@link #step} takes one input and answers what is to be done; whoever drives it
 * does that and feeds back what came of it.
 *
 * <h2>Order</h2>
 *
 * Takes and gives are done one after the other, in the order they were asked for, so that a late
 * give cannot undo a fresh take. One begins in Free or Held. A take that would have to wait ends if
 * something was asked for after it: else a node would go on wanting what it is not to host any
 * more.
 *
 * <h2>Holds</h2>
 *
 * Each take that succeeds begins a new hold, with a number. Inputs that name an old one change
 * nothing, so that whatever still refers to it can never serve again.
 *
 * <h2>Statements that nobody heard of</h2>
 *
 * A statement without a reply may be done now, later or never. A take is repeated; if the first one
 * lands late, it raises our own token, which the next barrier finds out, or makes a stray. A
 * barrier that finds another token than its own reads the row: while the claim is ours, nobody else
 * can have raised it. A release is repeated, under the token in the row, until the row is not ours.
 *
 * <p>Confined to one thread at a time.
 */
public final class ShardClaim {
  /** How long to pause before asking again for a claim that another node holds. */
  public static final long POLL_NANOS = 20_000_000;

  /** How long to pause after a statement that failed. */
  public static final long PAUSE_NANOS = 100_000_000;

  /** For how long to ask for a claim that another node holds. */
  public static final long PATIENCE_NANOS = 30_000_000_000L;

  /** For how long a live node must have wanted the claim before it is yielded. */
  public static final long YIELD_NANOS = 2_000_000_000;

  private static final List<Output> NOTHING = List.of();
  private static final List<Output> ADMITTED = List.of(new Output.Admitted());

  /** What happens. */
  public sealed interface Input {
    /** The claim is to be taken; answered with {@link Output.Took}. */
    record Take(long ticket) implements Input {}

    /** The claim is to be given back; answered with {@link Output.Gave}. */
    record Give(long ticket) implements Input {}

    /** A write is about to be sent; answered with {@link Output.Admitted} or not at all. */
    record Enter(long hold) implements Input {}

    /** A write that was admitted has come back, whatever became of it. */
    record Left(long hold) implements Input {}

    /** No copy is left of those that {@link Output.Recall} asked for. */
    record Recalled(long hold) implements Input {}

    /** No write sent under {@code seenToken} may commit any more. */
    record Raise(long ticket, long hold, long seenToken) implements Input {}

    /** What came of the output with that number; nothing once the claim has moved on. */
    sealed interface Reply extends Input {
      /** The number of the output. */
      long call();
    }

    /** The claim was taken under that token, or another live node holds it. */
    record Claimed(long call, OptionalLong token) implements Reply {}

    /** The token was raised, or the claim was not held under the one that was named. */
    record Barred(long call, OptionalLong token) implements Reply {}

    /** The release was done, whether or not it freed anything. */
    record Released(long call) implements Reply {}

    /** The claim's row, as it is now. */
    record Seen(long call, long owner, long token) implements Reply {}

    /** The statement failed; it may be done all the same, now or later. */
    record Failed(long call) implements Reply {}

    /** The pause is over. */
    record Woken(long call) implements Reply {}

    /**
     * The claim's row, as it was lately.
     *
     * @param wantedBy 0 if nobody does
     * @param wanterLives whether that node is live
     */
    record Review(long owner, long token, long wantedBy, boolean wanterLives) implements Input {}

    /** This epoch is fenced or has left. */
    record Died() implements Input {}
  }

  /** What came of a barrier. */
  public enum Raised {
    /** Nothing sent under the token that was seen can commit any more. */
    YES,
    /** Not known; ask again. */
    FAILED,
    /** The hold is over. */
    GONE
  }

  /** What is to be done. */
  public sealed interface Output {
    /** Ask for the claim; mark it as wanted if another live node holds it. */
    record Claim(long call) implements Output {}

    /** Raise the token, if it is {@code token}. */
    record Barrier(long call, long token) implements Output {}

    /** Free the claim, if its token is {@code token}. */
    record Release(long call, long token) implements Output {}

    /** Read the claim's row. */
    record Look(long call) implements Output {}

    /** Pause. */
    record Pause(long call, long nanos) implements Output {}

    /** The write may be sent. */
    record Admitted() implements Output {}

    /** From now on this hold serves and writes, under that token. */
    record Began(long hold, long token) implements Output {}

    /** This hold writes under that token from now on. */
    record Token(long hold, long token) implements Output {}

    /** This hold may not serve, nor begin a write, from now on. */
    record Closed(long hold) implements Output {}

    /**
     * Make an end of all copies that were granted under this hold, and grant none any more; then
     * say {@link Input.Recalled}.
     */
    record Recall(long hold) implements Output {}

    /** What came of a take. */
    record Took(long ticket, boolean held) implements Output {}

    /** What came of a give; false if the epoch is dead. */
    record Gave(long ticket, boolean given) implements Output {}

    /** What came of a barrier. */
    record RaiseEnded(long ticket, Raised raised) implements Output {}

    /** The claim is gone: whoever runs the shard is to end it. */
    record Lost() implements Output {}

    /** Another node has wanted the claim for long: whoever runs the shard is to end it. */
    record Yield(long wantedBy) implements Output {}
  }

  private record Order(long ticket, boolean take) {}

  private final long epoch;
  private final Deque<Order> orders = new ArrayDeque<>();
  private final List<Long> raises = new ArrayList<>();
  private ClaimState state = new ClaimState.Free();
  private long calls;
  private boolean calling;
  private long holds;

  /** Writes that are under way; while draining also the recall of copies, as one more. */
  private int inFlight;

  private long wantedBy;
  private long wantedSinceNanos;

  /** The claim of a node that holds nothing yet. */
  public ShardClaim(long epoch) {
    this.epoch = epoch;
  }

  /** What the claim is at. */
  public ClaimState state() {
    return state;
  }

  /**
   * Takes one input.
   *
   * @param nowNanos on the node's monotonic clock
   * @return what is to be done, in that order
   * @throws IllegalStateException if the input cannot come in this state
   */
  public List<Output> step(long nowNanos, Input input) {
    if (input instanceof Input.Enter enter) {
      return enter(enter.hold());
    }
    if (input instanceof Input.Left left && !lastLeft(left.hold())) {
      return NOTHING;
    }
    if (input instanceof Input.Recalled recalled && !lastLeft(recalled.hold())) {
      return NOTHING;
    }
    List<Output> out = new ArrayList<>(4);
    if (input instanceof Input.Take take) {
      orders.add(new Order(take.ticket(), true));
    } else if (input instanceof Input.Give give) {
      orders.add(new Order(give.ticket(), false));
    } else if (input instanceof Input.Raise raise) {
      raise(raise, out);
    } else if (input instanceof Input.Review review) {
      review(nowNanos, review, out);
    } else if (input instanceof Input.Died) {
      die(out);
    } else if (input instanceof Input.Reply reply) {
      replied(nowNanos, reply, out);
    }
    proceed(nowNanos, out);
    return out;
  }

  private List<Output> enter(long hold) {
    if (!serves(hold)) {
      return NOTHING;
    }
    inFlight++;
    return ADMITTED;
  }

  private boolean serving() {
    return state instanceof ClaimState.Held || state instanceof ClaimState.Raising;
  }

  private boolean serves(long hold) {
    return serving() && state.hold() == hold;
  }

  /** Whether this was the last write that was waited for. */
  private boolean lastLeft(long hold) {
    if (state.hold() != hold) {
      return false;
    }
    if (inFlight-- == 0) {
      throw new IllegalStateException("no write is in flight in " + state);
    }
    return inFlight == 0 && state instanceof ClaimState.Draining;
  }

  /** Begins what can begin now. */
  private void proceed(long now, List<Output> out) {
    if (state instanceof ClaimState.Draining draining && inFlight == 0) {
      giving(draining.giver(), draining.token(), out);
    }
    while (!orders.isEmpty() && state instanceof ClaimState.Dead) {
      Order next = orders.remove();
      out.add(
          next.take ? new Output.Took(next.ticket, false) : new Output.Gave(next.ticket, false));
    }
    while (!orders.isEmpty()
        && (state instanceof ClaimState.Free || state instanceof ClaimState.Held)) {
      Order next = orders.remove();
      if (serving()) {
        close(next, out);
      } else if (next.take) {
        state = new ClaimState.Taking(next.ticket, now + PATIENCE_NANOS);
        out.add(new Output.Claim(call()));
      } else {
        out.add(new Output.Gave(next.ticket, true));
      }
    }
  }

  /** Who takes what is held already gives it back before. */
  private void close(Order order, List<Output> out) {
    Long ticket = order.ticket;
    if (order.take) {
      orders.addFirst(order);
      ticket = null;
    }
    out.add(new Output.Closed(state.hold()));
    out.add(new Output.Recall(state.hold()));
    inFlight++;
    state = new ClaimState.Draining(ticket, state.hold(), state.token());
  }

  private void giving(@Nullable Long ticket, long token, List<Output> out) {
    state = new ClaimState.Giving(ticket, token);
    out.add(new Output.Release(call(), token));
  }

  private void raise(Input.Raise raise, List<Output> out) {
    if (!serves(raise.hold())) {
      out.add(new Output.RaiseEnded(raise.ticket(), Raised.GONE));
    } else if (state.token() != raise.seenToken()) {
      out.add(new Output.RaiseEnded(raise.ticket(), Raised.YES));
    } else {
      raises.add(raise.ticket());
      if (state instanceof ClaimState.Held held) {
        state = new ClaimState.Raising(held.hold(), held.token());
        out.add(new Output.Barrier(call(), held.token()));
      }
    }
  }

  private void replied(long now, Input.Reply input, List<Output> out) {
    if (!calling || input.call() != calls) {
      return;
    }
    calling = false;
    if (state instanceof ClaimState.Taking taking) {
      taking(now, taking, input, out);
    } else if (state instanceof ClaimState.Raising raising) {
      raising(raising, input, out);
    } else if (state instanceof ClaimState.Giving giving) {
      giving(giving, input, out);
    } else {
      throw illegal(input);
    }
  }

  private void taking(long now, ClaimState.Taking taking, Input input, List<Output> out) {
    if (input instanceof Input.Claimed claimed && claimed.token().isPresent()) {
      long token = claimed.token().getAsLong();
      state = new ClaimState.Held(++holds, token);
      wantedBy = 0;
      out.add(new Output.Began(holds, token));
      out.add(new Output.Took(taking.ticket(), true));
    } else if (input instanceof Input.Claimed || input instanceof Input.Failed) {
      if (now - taking.untilNanos() >= 0 || !orders.isEmpty()) {
        state = new ClaimState.Free();
        out.add(new Output.Took(taking.ticket(), false));
      } else {
        pause(input instanceof Input.Failed ? PAUSE_NANOS : POLL_NANOS, out);
      }
    } else if (input instanceof Input.Woken) {
      out.add(new Output.Claim(call()));
    } else {
      throw illegal(input);
    }
  }

  private void raising(ClaimState.Raising raising, Input input, List<Output> out) {
    if (input instanceof Input.Barred barred && barred.token().isPresent()) {
      raised(raising.hold(), barred.token().getAsLong(), Raised.YES, out);
    } else if (input instanceof Input.Barred) {
      out.add(new Output.Look(call()));
    } else if (input instanceof Input.Seen seen && seen.owner() != epoch) {
      lose(raising.hold(), out);
    } else if (input instanceof Input.Seen seen) {
      boolean higher = seen.token() > raising.token();
      raised(raising.hold(), seen.token(), higher ? Raised.YES : Raised.FAILED, out);
    } else if (input instanceof Input.Failed) {
      pause(PAUSE_NANOS, out);
    } else if (input instanceof Input.Woken) {
      raised(raising.hold(), raising.token(), Raised.FAILED, out);
    } else {
      throw illegal(input);
    }
  }

  private void raised(long hold, long token, Raised raised, List<Output> out) {
    state = new ClaimState.Held(hold, token);
    out.add(new Output.Token(hold, token));
    endRaises(raised, out);
  }

  private void endRaises(Raised raised, List<Output> out) {
    raises.forEach(ticket -> out.add(new Output.RaiseEnded(ticket, raised)));
    raises.clear();
  }

  private void giving(ClaimState.Giving giving, Input input, List<Output> out) {
    if (input instanceof Input.Released) {
      out.add(new Output.Look(call()));
    } else if (input instanceof Input.Seen seen && seen.owner() != epoch) {
      gave(giving.giver(), out);
    } else if (input instanceof Input.Seen seen) {
      state = new ClaimState.Giving(giving.giver(), seen.token());
      pause(POLL_NANOS, out);
    } else if (input instanceof Input.Failed) {
      pause(PAUSE_NANOS, out);
    } else if (input instanceof Input.Woken) {
      giving(giving.giver(), giving.token(), out);
    } else {
      throw illegal(input);
    }
  }

  private void review(long now, Input.Review row, List<Output> out) {
    boolean ours = row.owner() == epoch;
    if (state instanceof ClaimState.Free && ours && row.wantedBy() != 0) {
      giving(null, row.token(), out);
    } else if (state.hold() != 0 && !ours && row.token() >= state.token()) {
      gone(out);
    } else if (serving()) {
      want(now, ours && row.wanterLives() ? row.wantedBy() : 0, out);
    }
  }

  private void gone(List<Output> out) {
    if (serving()) {
      lose(state.hold(), out);
    } else {
      inFlight = 0;
      gave(state.giver(), out);
    }
  }

  private void gave(@Nullable Long ticket, List<Output> out) {
    state = new ClaimState.Free();
    if (ticket != null) {
      out.add(new Output.Gave(ticket, true));
    }
  }

  private void lose(long hold, List<Output> out) {
    inFlight = 0;
    calling = false;
    state = new ClaimState.Free();
    out.add(new Output.Closed(hold));
    out.add(new Output.Lost());
    endRaises(Raised.GONE, out);
  }

  private void want(long now, long wanter, List<Output> out) {
    if (wanter == 0 || wanter != wantedBy) {
      wantedBy = wanter;
      wantedSinceNanos = now;
    } else if (now - wantedSinceNanos > YIELD_NANOS) {
      wantedBy = 0;
      out.add(new Output.Yield(wanter));
    }
  }

  private void die(List<Output> out) {
    Long giver = state.giver();
    if (serving()) {
      out.add(new Output.Closed(state.hold()));
    } else if (state instanceof ClaimState.Taking taking) {
      out.add(new Output.Took(taking.ticket(), false));
    } else if (giver != null) {
      out.add(new Output.Gave(giver, false));
    }
    state = new ClaimState.Dead();
    calling = false;
    endRaises(Raised.GONE, out);
  }

  private long call() {
    calling = true;
    return ++calls;
  }

  private void pause(long nanos, List<Output> out) {
    out.add(new Output.Pause(call(), nanos));
  }

  private IllegalStateException illegal(Input input) {
    return new IllegalStateException("not a transition from " + state + ": " + input);
  }
}
