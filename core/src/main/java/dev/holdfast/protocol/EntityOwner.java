package dev.holdfast.protocol;

import dev.holdfast.protocol.Applier.Applied;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of one entity: what to load, write and answer, and when.
 *
 * <p>Performs nothing itself. {@link #step} takes one input and answers what is to be done; whoever
 * drives it does that and feeds back what came of it. Confined to one thread.
 *
 * <h2>States</h2>
 *
 * <pre>
 * Empty     → Loading    a request came
 * Loading   → Ready      the row came
 *           → Empty      it could not be loaded
 * Ready     → Writing    a change was applied
 * Writing   → Ready      committed, or certainly not
 *           → Barring    the outcome is unknown, or the row was not at the revision it should be at
 * Barring   → Reloading  the claim's token was raised: nothing sent before can commit any more
 * Reloading → Ready, Writing  the row tells whether it happened
 * any       → Ended      stopped, or the claim is gone
 * </pre>
 *
 * <h2>What is shown</h2>
 *
 * A value is shown only once it is committed. While a write is under way reads see the value before
 * it. While its outcome is unknown they still do: the change has been acknowledged to nobody, so it
 * takes its place in the order of things when it is found, not before.
 *
 * <h2>One write at a time</h2>
 *
 * Changes that arrive during a write wait, and are then applied one after the other and written as
 * one: {@value #COMBINED} at most, each of them one revision. A refusal decided on a value that is
 * not yet committed is answered with the commit, since it tells of that value.
 */
public final class EntityOwner {
  /** How many requests may wait. */
  static final int WAITING = 1_024;

  /** How many changes one write may carry; no more than the operations that a row keeps. */
  static final int COMBINED = 32;

  /** How many operations are remembered here, beyond those that the row keeps. */
  static final int REMEMBERED = 8_192;

  /** What the entity is at; see the class comment. */
  public enum State {
    EMPTY,
    LOADING,
    READY,
    WRITING,
    BARRING,
    RELOADING,
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

    /**
     * Answer a request.
     *
     * @param committed whether the answer stands by a commit of its own; if not, it was read from
     *     memory and may go out only while the lease is valid, checked now
     */
    record Reply(long ticket, Answer answer, boolean committed) implements Output {}

    /** Show this row to local readers from now on. */
    record Show(Row row) implements Output {}

    /** Show nothing any more. */
    record Hide() implements Output {}

    /** Nothing is left to be done; the entity may be forgotten. */
    record Ended() implements Output {}
  }

  private record Waiting(long ticket, Request request) {}

  /** A write under way; {@code done} is what it adds to the operations of the row. */
  private record Flight(Row row, List<Done> done, List<Waiting> requests, List<Output> replies) {}

  private final Applier applier;
  private final String owner;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<String, Done> remembered = new LinkedHashMap<>();
  private State state = State.EMPTY;
  private @Nullable Row row;
  private @Nullable Flight flight;
  private boolean stopping;

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
   * @return what is to be done, in that order
   * @throws IllegalStateException if the input cannot come in this state
   */
  public List<Output> step(Input input) {
    List<Output> out = new ArrayList<>(2);
    if (input instanceof Input.Arrived arrived) {
      arrived(new Waiting(arrived.ticket(), arrived.request()), out);
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
    } else if (input instanceof Input.Disowned) {
      end("the entity moves to another node", out);
    } else if (input instanceof Input.Stop) {
      stop(out);
    }
    return out;
  }

  private void arrived(Waiting request, List<Output> out) {
    if (state == State.ENDED || stopping) {
      out.add(notNow(request, "the entity is moving"));
    } else if (row != null && request.request.kind() == Kind.GET) {
      out.add(new Output.Reply(request.ticket, read(row, request.request), false));
    } else if (waiting.size() >= WAITING) {
      out.add(notNow(request, "too many changes wait for this entity"));
    } else {
      waiting.add(request);
      proceed(out);
    }
  }

  private void proceed(List<Output> out) {
    if (state == State.EMPTY && !waiting.isEmpty()) {
      state = State.LOADING;
      out.add(new Output.Load());
    } else if (state == State.READY) {
      while (state == State.READY && !waiting.isEmpty()) {
        begin(known(), out);
      }
      if (state == State.READY && stopping) {
        end("the entity is moving", out);
      }
    }
  }

  private void loaded(Row loaded, List<Output> out) {
    require(state == State.LOADING || state == State.RELOADING);
    Flight unresolved = flight;
    row = loaded;
    flight = null;
    state = State.READY;
    out.add(new Output.Show(loaded));
    if (unresolved != null) {
      resolve(unresolved, loaded, out);
    }
    proceed(out);
  }

  /**
   * One row carries all changes of a flight or none. What is not there was not done. Only what the
   * flight itself would have added counts, each at its revision: it may also carry repetitions of
   * older operations, which the row knows whatever became of the flight.
   */
  private void resolve(Flight unresolved, Row loaded, List<Output> out) {
    if (loaded.operations().recent().containsAll(unresolved.done)) {
      remember(unresolved.done);
      out.addAll(unresolved.replies);
    } else {
      again(unresolved);
    }
  }

  /** On a busy entity the row's own operations are overtaken before a request is sent again. */
  private void remember(List<Done> done) {
    done.forEach(operation -> remembered.put(operation.id(), operation));
    Iterator<Done> oldest = remembered.values().iterator();
    for (int excess = remembered.size() - REMEMBERED; excess > 0; excess--) {
      oldest.next();
      oldest.remove();
    }
  }

  private void again(Flight failed) {
    for (int i = failed.requests.size() - 1; i >= 0; i--) {
      waiting.addFirst(failed.requests.get(i));
    }
  }

  private void loadFailed(String reason, List<Output> out) {
    require(state == State.LOADING || state == State.RELOADING);
    if (state == State.RELOADING && !stopping) {
      out.add(new Output.Load());
      return;
    }
    if (stopping) {
      end(reason, out);
    } else {
      state = State.EMPTY;
      refuseWaiting(reason, out);
    }
  }

  private void written(List<Output> out) {
    require(state == State.WRITING);
    Flight done = landed();
    row = done.row;
    remember(done.done);
    out.add(new Output.Show(done.row));
    out.addAll(done.replies);
    proceed(out);
  }

  private void notWritten(String reason, List<Output> out) {
    require(state == State.WRITING);
    for (Waiting request : landed().requests) {
      out.add(notNow(request, reason));
    }
    proceed(out);
  }

  private Flight landed() {
    Flight landed = flight;
    if (landed == null) {
      throw new IllegalStateException("no write is under way");
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
    state = State.RELOADING;
    out.add(new Output.Load());
  }

  private void barFailed(List<Output> out) {
    require(state == State.BARRING);
    if (stopping) {
      end("the database does not answer", out);
    } else {
      out.add(new Output.Bar());
    }
  }

  private void stop(List<Output> out) {
    stopping = true;
    if (state != State.WRITING) {
      end("the entity is moving", out);
    } else {
      refuseWaiting("the entity is moving", out);
    }
  }

  private void end(String reason, List<Output> out) {
    if (flight != null) {
      for (Waiting request : flight.requests) {
        out.add(new Output.Reply(request.ticket, new Answer.Unsure(reason), true));
      }
    }
    flight = null;
    row = null;
    state = State.ENDED;
    refuseWaiting(reason, out);
    out.add(new Output.Hide());
    out.add(new Output.Ended());
  }

  private void refuseWaiting(String reason, List<Output> out) {
    for (Waiting request : waiting) {
      out.add(notNow(request, reason));
    }
    waiting.clear();
  }

  /** Applies what waits to the committed row; a write if anything changes, else just answers. */
  private void begin(Row committed, List<Output> out) {
    Row next = committed;
    String json = null;
    List<Waiting> requests = new ArrayList<>();
    List<Answer> answers = new ArrayList<>();
    while (!waiting.isEmpty() && requests.size() < COMBINED) {
      Waiting request = waiting.remove();
      Step step = apply(next, request.request);
      next = step.row;
      json = step.changed ? step.json : json;
      requests.add(request);
      answers.add(step.answer);
    }
    boolean changed = next.stored() != committed.stored();
    List<Output> replies = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      replies.add(new Output.Reply(requests.get(i).ticket, answers.get(i), changed));
    }
    if (!changed) {
      out.addAll(replies);
      return;
    }
    flight = new Flight(next, next.operations().since(committed.revision()), requests, replies);
    state = State.WRITING;
    out.add(new Output.Write(committed.stored(), next, json));
  }

  private record Step(Row row, boolean changed, @Nullable String json, Answer answer) {
    static Step same(Row row, Answer answer) {
      return new Step(row, false, null, answer);
    }
  }

  private Step apply(Row before, Request request) {
    if (request.kind() == Kind.GET) {
      return Step.same(before, read(before, request));
    }
    String operation = request.operation();
    Done done = before.operations().find(operation).orElseGet(() -> remembered.get(operation));
    if (done != null) {
      return Step.same(before, repeated(before, done, request));
    }
    long current = before.exists() ? before.revision() : Store.NO_ROW;
    if (request.expected() != Request.ANY && request.expected() != current) {
      return Step.same(before, mismatch(request, current));
    }
    Applied applied = applier.apply(before, request);
    if (applied instanceof Applied.Changed changed) {
      long revision = before.revision() + 1;
      String kept = request.kind() == Kind.SET ? null : changed.answer();
      Done now = new Done(request.operation(), fingerprint(request), revision, kept);
      Row after =
          new Row(revision, revision, changed.value(), before.operations().plus(List.of(now)));
      Answer answer = new Answer.Done(revision, changed.answer(), owner);
      return new Step(after, true, changed.json(), answer);
    }
    if (applied instanceof Applied.Kept kept) {
      return Step.same(before, new Answer.Done(before.revision(), kept.answer(), owner));
    }
    return Step.same(before, ((Applied.Refused) applied).failure());
  }

  private Answer repeated(Row now, Done done, Request request) {
    if (done.fingerprint() != fingerprint(request)) {
      return new Answer.Failed(
          Answer.Kind.OPERATION_REUSED,
          "operation id " + done.id() + " was used for another request; use a new one",
          0);
    }
    if (request.kind() == Kind.SET) {
      return new Answer.Done(done.revision(), request.json(), owner);
    }
    boolean large = done.answer() == null && now.value() != null;
    boolean merge = request.kind() == Kind.PATCH || request.kind() == Kind.ASSIGN;
    return large && merge
        ? read(now, request)
        : new Answer.Done(done.revision(), done.answer(), owner);
  }

  private static Answer mismatch(Request request, long current) {
    String is = current == Store.NO_ROW ? "does not exist" : "is at revision " + current;
    String wanted =
        request.expected() == Store.NO_ROW ? "not to exist" : "revision " + request.expected();
    return new Answer.Failed(
        Answer.Kind.REVISION_MISMATCH,
        request.key() + " " + is + "; the caller expected " + wanted,
        current);
  }

  private Answer read(Row at, Request request) {
    Object value = at.value();
    return value == null
        ? new Answer.Failed(Answer.Kind.NOT_FOUND, request.key() + " does not exist", 0)
        : new Answer.Done(at.revision(), applier.encode(value), owner);
  }

  private static int fingerprint(Request request) {
    return (request.kind() + " " + request.name() + " " + request.json()).hashCode();
  }

  private static Output notNow(Waiting request, String reason) {
    return new Output.Reply(request.ticket, new Answer.NotNow(reason), true);
  }

  private Row known() {
    Row known = row;
    if (known == null) {
      throw new IllegalStateException("the row is not known");
    }
    return known;
  }

  private void require(boolean legal) {
    if (!legal) {
      throw new IllegalStateException("not a transition from " + state);
    }
  }
}
