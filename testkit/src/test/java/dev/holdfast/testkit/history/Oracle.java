package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of the calls that explains all answers, by trying all: slow, and simple enough
 * to be believed (J. Wing, C. Gong, 'Testing and verifying concurrent objects', 1993). What led to
 * nothing once is not tried again (G. Lowe, 'Testing for linearizability', 2017).
 */
final class Oracle {
  /** A key, after some of the calls. */
  private record State(long revision, @Nullable String value) {}

  private record Visited(int done, int staleDone, State state) {}

  private final Start start;
  private final boolean byRevisions;
  private final List<Operation> calls = new ArrayList<>();
  private final List<Operation> stale = new ArrayList<>();
  private final Set<Visited> visited = new HashSet<>();
  private final @Nullable String nothing;
  private int demanded;

  private Oracle(Start start, boolean byRevisions, List<Operation> operations) {
    this.start = start;
    this.byRevisions = byRevisions;
    this.nothing = nothing(operations);
    operations.stream().filter(this::counts).forEach(this::sort);
  }

  static boolean explains(Start start, boolean byRevisions, List<Operation> operations) {
    Oracle oracle = new Oracle(start, byRevisions, operations);
    return oracle.search(0, 0, new State(start.revision(), start.value()));
  }

  private boolean counts(Operation operation) {
    if (operation.refused()) {
      return byRevisions
          ? operation.revision() != Told.UNTOLD
          : operation.reads() && operation.revision() == Entity.ABSENT;
    }
    return operation.done() || !operation.reads();
  }

  private void sort(Operation operation) {
    if (!operation.exact()) {
      stale.add(operation);
      return;
    }
    if (!operation.unknown()) {
      demanded |= 1 << calls.size();
    }
    calls.add(operation);
  }

  private boolean search(int done, int staleBefore, State state) {
    long firstReturn = firstReturn(done);
    int staleDone = staleBefore | staleNow(done, state, firstReturn);
    if ((done & demanded) == demanded && staleDone == (1 << stale.size()) - 1) {
      return true;
    }
    if (!visited.add(new Visited(done, staleDone, state))) {
      return false;
    }
    for (int i = 0; i < calls.size(); i++) {
      Operation call = calls.get(i);
      if ((done & 1 << i) == 0 && call.calledNanos() <= firstReturn) {
        State next = after(state, call);
        if (next != null && search(done | 1 << i, staleDone, next)) {
          return true;
        }
      }
    }
    return false;
  }

  private long firstReturn(int done) {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < calls.size(); i++) {
      if ((done & 1 << i) == 0) {
        first = Math.min(first, calls.get(i).endedNanos());
      }
    }
    return first;
  }

  /**
   * The stale reads that may have seen this state, and ended after the calls began that it is made
   * of; if only values are known of a register, then after the one that wrote the value.
   */
  private int staleNow(int done, State state, long firstReturn) {
    int now = 0;
    for (int i = 0; i < stale.size(); i++) {
      Operation read = stale.get(i);
      if (read.freshNanos() <= firstReturn
          && shows(read, state)
          && beganBefore(read, state, done)) {
        now |= 1 << i;
      }
    }
    return now;
  }

  private boolean beganBefore(Operation read, State state, int done) {
    for (int i = 0; i < calls.size(); i++) {
      Operation call = calls.get(i);
      boolean wrote = (done & 1 << i) != 0 && !call.reads() && !call.refused();
      boolean matters = byRevisions
          || nothing != null
          || Objects.equals(written(state, call.asked()), state.value);
      if (wrote && matters && call.calledNanos() > read.returnedNanos()) {
        return false;
      }
    }
    return true;
  }

  private boolean shows(Operation read, State state) {
    if (read.refused()) {
      return read.revision() == (state.value == null ? Entity.ABSENT : state.revision);
    }
    return at(read, state) && read.valueRead().equals(state.value == null ? nothing : state.value);
  }

  /** Lists and counters that do not exist are empty or 0 to those who read them. */
  private static @Nullable String nothing(List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation.asked() instanceof Asked.Append) {
        return "";
      }
      if (operation.asked() instanceof Asked.Add) {
        return "0";
      }
    }
    return null;
  }

  private boolean at(Operation operation, State state) {
    return !byRevisions
        || operation.revision() == Told.UNTOLD
        || operation.revision() == state.revision;
  }

  private @Nullable State after(State state, Operation call) {
    if (call.reads()) {
      return shows(call, state) ? state : null;
    }
    if (call.refused()) {
      return refused(state, call) ? state : null;
    }
    if (!allowed(state, call)) {
      return null;
    }
    String value = written(state, call.asked());
    State next = new State(state.revision + 1, value);
    boolean agrees = at(call, next) && (call.value() == null || call.value().equals(value));
    return !call.done() || agrees ? next : null;
  }

  private boolean refused(State state, Operation call) {
    boolean right =
        state.value == null ? call.revision() == Entity.ABSENT : call.revision() == state.revision;
    return right
        && !(call.asked() instanceof Asked.WriteIf writeIf
            && writeIf.expected() == call.revision());
  }

  private boolean allowed(State state, Operation call) {
    if (call.asked() instanceof Asked.WriteIf writeIf && byRevisions) {
      long at = state.value == null ? Entity.ABSENT : state.revision;
      return writeIf.expected() == at;
    }
    return !(call.asked() instanceof Asked.Delete) || state.value != null;
  }

  private @Nullable String written(State state, Asked asked) {
    if (asked instanceof Asked.Write write) {
      return write.value();
    }
    if (asked instanceof Asked.WriteIf write) {
      return write.value();
    }
    if (asked instanceof Asked.Append append) {
      String list = state.value == null ? "" : state.value;
      return list.isEmpty() ? append.element() : list + "," + append.element();
    }
    if (asked instanceof Asked.Add add) {
      long count = state.value == null ? 0 : Long.parseLong(state.value);
      return Long.toString(count + add.amount());
    }
    return start.afterDelete();
  }
}
