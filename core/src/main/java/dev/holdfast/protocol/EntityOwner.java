package dev.holdfast.protocol;

import dev.holdfast.protocol.Turns.Flight;
import dev.holdfast.protocol.Turns.Turn;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of one entity: what to load, write and answer, and when.
 *
 * <p>Performs nothing itself: {@link #step} takes one input and answers what is to be done. Whoever
 * drives it does that and feeds back what came of it. Confined to one thread.
 *
 * <h2>States</h2>
 *
 * <pre>
 * Empty     → Loading    a request came
 * Loading   → Ready      the row came
 *           → Revoking   the row came, while there are copies
 *           → Empty      it could not be loaded
 * Ready     → Writing    a change was applied
 *           → Reloading  a confirmed read found that the database is ahead
 * Writing   → Ready      committed, or certainly not
 *           → Revoking   committed, while there are copies
 *           → Barring    the outcome is unknown, or the row was not at the revision it should be at
 * Barring   → Reloading  the claim's token was raised: nothing sent before can commit any more
 * Reloading → Ready, Writing, Revoking  the row tells whether it happened
 * Revoking  → Ready, Writing  no copy is left
 * any       → Ended      stopped, or the claim is gone
 * </pre>
 *
 * <h2>What is shown</h2>
 *
 * A value is shown only once it is committed. While a write is under way reads see the value before
 * it. While its outcome is unknown they still do: the change has been acknowledged to nobody, so it
 * takes its place in the order of things when it is found, not before.
 *
 * <h2>Copies</h2>
 *
 * Other nodes may keep copies of the value that is shown. Whatever may show another value asks for
 * their end first: a write, at the moment it is sent, so that both take their time together; and a
 * load, since nobody knows what the row holds. The new value is shown, and the change acknowledged,
 * when no copy is left. Until then nobody gets a grant. An owner that has just begun does not know
 * what an earlier one under the same claim granted, and assumes that there are copies.
 *
 * <h2>One write at a time</h2>
 *
 * Changes that arrive during a write wait, and are then applied one after the other and written as
 * one: {@value Turns#COMBINED} at most, each of them one revision. One whose caller does not wait
 * any more when its turn comes is not applied. A refusal decided on a value that is not yet
 * committed is answered with the commit, since it tells of that value.
 */
public final class EntityOwner {
  /** How many requests may wait. */
  static final int WAITING = 1_024;

  /** What the entity is at; see the class comment. */
  public enum State {
    EMPTY,
    LOADING,
    READY,
    WRITING,
    BARRING,
    RELOADING,
    REVOKING,
    ENDED
  }

  /** What happens to the entity. */
  public sealed interface Input {
    /** A request, to be answered under {@code ticket}. */
    record Arrived(long ticket, Request request) implements Input {}

    /** The row asked for by {@link Output.Load}. */
    record Loaded(Row row) implements Input {}

    /** The row could not be loaded; nothing is known. */
    record LoadFailed(String reason) implements Input {}

    /** The write is committed. */
    record Written() implements Input {}

    /** The write is certainly not committed and will not be, though the claim is still held. */
    record NotWritten(String reason) implements Input {}

    /**
     * The write may be committed, now or later; or the row or the token is not what it should be.
     */
    record WriteUnknown(String reason) implements Input {}

    /** The token was raised after {@link Output.Bar}. */
    record Barred() implements Input {}

    /** The token could not be raised; try again. */
    record BarFailed() implements Input {}

    /**
     * The database confirmed the claim, and had the row at revision {@code stored};
     * {@link dev.holdfast.spi.Store#NO_ROW} if there was none.
     */
    record Confirmed(long stored) implements Input {}

    /** The claim was not confirmed. */
    record NotConfirmed(String reason) implements Input {}

    /**
     * No copy is left of those that {@link Output.Revoke} asked to end.
     *
     * @param copies how many there were
     * @param uses how often they had been read in all, as far as is known
     */
    record Revoked(int copies, int uses) implements Input {}

    /** Nobody has wanted a change for some time. */
    record Rested() implements Input {}

    /** The claim is gone. */
    record Disowned() implements Input {}

    /** Finish what can be finished, then end. */
    record Stop() implements Input {}
  }

  /** What is to be done. */
  public sealed interface Output {
    /** Read the row; if that fails during {@link State#RELOADING}, pause before saying so. */
    record Load() implements Output {}

    /** Write the row, expecting the revision it has now. */
    record Write(long expected, Row row, @Nullable String json) implements Output {}

    /** Raise the claim's token; if that fails, pause before saying so. */
    record Bar() implements Output {}

    /** Ask the database whether the claim is held, and for the row's revision, in one statement. */
    record Confirm() implements Output {}

    /** Make an end of all copies, and grant none until then; then say {@link Input.Revoked}. */
    record Revoke() implements Output {}

    /**
     * Answer a request.
     *
     * @param committed whether the answer stands by the word of the database; if not, it was read
     *     from memory and may go out only while the lease is valid, checked now
     * @param grant whether the reader may keep a copy; to be recorded before it is answered
     */
    record Reply(long ticket, Answer answer, boolean committed, boolean grant) implements Output {
      /** An answer without a grant. */
      public Reply(long ticket, Answer answer, boolean committed) {
        this(ticket, answer, committed, false);
      }
    }

    /** Show this row to local readers from now on. */
    record Show(Row row) implements Output {}

    /** Show nothing any more. */
    record Hide() implements Output {}

    /** Nothing is left to be done; the entity may be forgotten. */
    record Ended() implements Output {}
  }

  private final Applier applier;
  private final String owner;
  private final Turns turns = new Turns();
  private final Confirming confirming = new Confirming();
  private final CopiesOut copies = new CopiesOut();
  private State state = State.EMPTY;
  private @Nullable Row row;

  /** What was done, besides what the row tells; null as long as that is all. */
  private @Nullable Remembered remembered;

  private @Nullable Flight flight;

  /** The row that was loaded and is not shown yet. */
  private @Nullable Row found;

  private boolean stopping;
  private long nowNanos;

  /**
   * An entity that nothing is known of yet.
   *
   * @param owner the name of this node, for the answers
   */
  public EntityOwner(Applier applier, String owner) {
    this.applier = applier;
    this.owner = owner;
  }

  /** What the entity is at. */
  public State state() {
    return state;
  }

  /**
   * Takes one input.
   *
   * @param now the time, in nanoseconds of a monotonic clock
   * @return what is to be done, in that order
   * @throws IllegalStateException if the input cannot come in this state
   */
  public List<Output> step(long now, Input input) {
    nowNanos = now;
    List<Output> out = new ArrayList<>(2);
    if (input instanceof Input.Arrived arrived) {
      arrived(Waiting.since(now, arrived.ticket(), arrived.request()), out);
    } else if (state == State.ENDED) {
      return out;
    } else if (input instanceof Input.Loaded loaded) {
      loaded(loaded.row(), out);
    } else if (input instanceof Input.LoadFailed failed) {
      loadFailed(failed.reason(), out);
    } else if (input instanceof Input.Written) {
      written(out);
    } else if (input instanceof Input.NotWritten failed) {
      notWritten(failed.reason(), out);
    } else if (input instanceof Input.WriteUnknown) {
      writeUnknown(out);
    } else if (input instanceof Input.Barred) {
      barred(out);
    } else if (input instanceof Input.BarFailed) {
      barFailed(out);
    } else if (input instanceof Input.Confirmed confirmed) {
      confirmed(confirmed.stored(), out);
    } else if (input instanceof Input.NotConfirmed failed) {
      notConfirmed(failed.reason(), out);
    } else if (input instanceof Input.Revoked gone) {
      revoked(gone, out);
    } else if (input instanceof Input.Rested) {
      rested();
    } else if (input instanceof Input.Disowned) {
      end("the entity moves to another node", out);
    } else if (input instanceof Input.Stop) {
      stop(out);
    }
    return out;
  }

  private void arrived(Waiting request, List<Output> out) {
    Kind kind = request.request().kind();
    if (state == State.ENDED || stopping) {
      out.add(request.notNow("the entity is moving"));
    } else if (row != null && kind == Kind.GET) {
      out.add(read(request, deciding().read(row, request.request())));
    } else if (turns.size() + confirming.size() >= WAITING) {
      out.add(request.notNow("too many changes wait for this entity"));
    } else if (row != null && kind == Kind.CONFIRM) {
      confirming.add(request);
      confirm(row, out);
    } else {
      turns.add(request);
      proceed(out);
    }
  }

  /** An answer from memory; with a grant if nothing is about to change. */
  private Output read(Waiting request, Answer answer) {
    boolean wanted = request.request().fill() != null && answer instanceof Answer.Done;
    boolean grant = wanted && state == State.READY && copies.grant();
    return new Output.Reply(request.ticket(), answer, false, grant);
  }

  private void proceed(List<Output> out) {
    if (state == State.EMPTY && !turns.isEmpty()) {
      load(State.LOADING, out);
    } else if (state == State.READY) {
      while (state == State.READY && !turns.isEmpty()) {
        begin(out);
      }
      confirm(known(), out);
      if (state == State.READY && stopping) {
        end("the entity is moving", out);
      }
    }
  }

  private void load(State loading, List<Output> out) {
    state = loading;
    out.add(new Output.Load());
    if (copies.end()) {
      out.add(new Output.Revoke());
    }
  }

  private void loaded(Row loaded, List<Output> out) {
    require(state == State.LOADING || state == State.RELOADING);
    found = loaded;
    state = State.REVOKING;
    showUnlessCopied(out);
  }

  private void showUnlessCopied(List<Output> out) {
    if (!copies.ending() && found != null) {
      showFound(found, out);
    } else if (!copies.ending()) {
      show(landed(), out);
    }
  }

  private void showFound(Row loaded, List<Output> out) {
    Flight unresolved = flight;
    if (remembered != null) {
      remembered = remembered.reloaded(loaded, nowNanos);
    }
    row = loaded;
    flight = null;
    found = null;
    state = State.READY;
    out.add(new Output.Show(loaded));
    if (unresolved != null) {
      out.addAll(turns.resolved(unresolved, loaded));
    }
    confirming.reloaded();
    proceed(out);
  }

  private void revoked(Input.Revoked gone, List<Output> out) {
    require(copies.ending());
    copies.ended(gone.copies(), gone.uses());
    if (state == State.REVOKING) {
      showUnlessCopied(out);
    }
  }

  private void loadFailed(String reason, List<Output> out) {
    require(state == State.LOADING || state == State.RELOADING);
    if (stopping) {
      end(reason, out);
    } else if (state == State.RELOADING) {
      out.add(new Output.Load());
    } else {
      state = State.EMPTY;
      refuseWaiting(reason, out);
    }
  }

  private void written(List<Output> out) {
    require(state == State.WRITING);
    state = State.REVOKING;
    showUnlessCopied(out);
  }

  private void show(Flight done, List<Output> out) {
    row = done.row();
    if (remembered != null) {
      remembered.add(done.done(), done.row().revision(), nowNanos);
    }
    out.add(new Output.Show(done.row()));
    out.addAll(done.replies());
    proceed(out);
  }

  private void notWritten(String reason, List<Output> out) {
    require(state == State.WRITING);
    landed().requests().forEach(request -> out.add(request.notNow(reason)));
    proceed(out);
  }

  private Flight landed() {
    Flight landed = flight;
    if (landed == null) {
      throw new IllegalStateException("no write is under way in " + state);
    }
    flight = null;
    state = State.READY;
    return landed;
  }

  private void writeUnknown(List<Output> out) {
    require(state == State.WRITING);
    state = State.BARRING;
    out.add(new Output.Bar());
  }

  private void barred(List<Output> out) {
    require(state == State.BARRING);
    load(State.RELOADING, out);
  }

  private void barFailed(List<Output> out) {
    require(state == State.BARRING);
    if (stopping) {
      end("the database does not answer", out);
    } else {
      out.add(new Output.Bar());
    }
  }

  /** From now on it knows what it would if it had just loaded the row. */
  private void rested() {
    if (state == State.READY) {
      row = known().packed(applier);
      remembered = null;
    }
  }

  private void stop(List<Output> out) {
    stopping = true;
    if (state == State.WRITING || (state == State.REVOKING && found == null)) {
      refuseWaiting("the entity is moving", out);
    } else {
      end("the entity is moving", out);
    }
  }

  private void end(String reason, List<Output> out) {
    if (flight != null) {
      flight.requests().forEach(request -> out.add(request.unsure(reason)));
    }
    flight = null;
    found = null;
    row = null;
    remembered = null;
    state = State.ENDED;
    refuseWaiting(reason, out);
    confirming.drain().forEach(read -> out.add(read.notNow(reason)));
    out.add(new Output.Hide());
    out.add(new Output.Ended());
  }

  private void refuseWaiting(String reason, List<Output> out) {
    turns.drain().forEach(request -> out.add(request.notNow(reason)));
  }

  /** Answers the confirmed reads that can be, and asks the database about those that came since. */
  private void confirm(Row at, List<Output> out) {
    for (Waiting read : confirming.answerable(at.stored())) {
      out.add(new Output.Reply(read.ticket(), deciding().read(at, read.request()), true));
    }
    if (state == State.READY && confirming.aheadOfMemory()) {
      load(State.RELOADING, out);
    }
    if (confirming.begin(at.stored())) {
      out.add(new Output.Confirm());
    }
  }

  private void confirmed(long stored, List<Output> out) {
    if (confirming.behind(stored)) {
      notConfirmed("the database is behind what it has said before", out);
      return;
    }
    require(confirming.underWay());
    confirming.found(stored);
    confirm(known(), out);
  }

  private void notConfirmed(String reason, List<Output> out) {
    require(confirming.underWay());
    confirming.failed().forEach(read -> out.add(read.notNow(reason)));
    confirm(known(), out);
  }

  /** Applies what waits to the committed row; a write if anything changes, else just answers. */
  private void begin(List<Output> out) {
    if (turns.anyChange()) {
      row = known().unpacked();
      remembered = Remembered.besides(row, remembered, nowNanos);
    }
    Row committed = known();
    Turn turn = turns.next(deciding(), committed, nowNanos);
    turn.expired().forEach(late -> out.add(late.notNow("its time was up before its turn came")));
    turn.confirmed().forEach(confirming::add);
    if (!turn.changed()) {
      for (int i = 0; i < turn.answers().size(); i++) {
        out.add(read(turn.requests().get(i), turn.answers().get(i)));
      }
      return;
    }
    flight = Flight.of(turn, committed);
    state = State.WRITING;
    if (copies.endForChange()) {
      out.add(new Output.Revoke());
    }
    out.add(new Output.Write(committed.stored(), turn.row(), turn.json()));
  }

  private Deciding deciding() {
    return new Deciding(applier, remembered, owner);
  }

  private Row known() {
    return Objects.requireNonNull(row, "the row is not known");
  }

  private void require(boolean legal) {
    if (!legal) {
      throw new IllegalStateException("not a transition from " + state);
    }
  }
}
