package dev.holdfast.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Judges histories, key by key. Linearizability is local: a history is linearizable if that of each
 * key is (M. Herlihy, J. Wing, 'Linearizability', 1990).
 *
 * <h2>What a key is</h2>
 *
 * A <b>list</b>, if anything was appended to it; a <b>counter</b>, if anything was added to it;
 * otherwise a <b>register</b>, which is written, compared and set, deleted and read.
 *
 * <h2>By revisions</h2>
 *
 * Revisions rise by one with each write that is done, so they say in which order writes were done,
 * and the rest is to compare times. Found are: a value of a revision that its write did not write;
 * a revision made by two writes, or by none; a write that is lost or done twice; an answer that is
 * older than one that came before the call; a write that took effect before it was called, or
 * though it was refused; a compare-and-set that was done at another revision than expected, or
 * refused at the right one. The answer is exact, except that a violation may be overlooked
 *
 * <ul>
 *   <li>where deletions have an unknown outcome, or were done and tell no revision, and the type
 *       has no initial value: what such a deletion could explain counts as explained;
 *   <li>where a write of a register was done and tells no revision;
 *   <li>where amounts added to a counter differ, and two revisions or more without a known value
 *       between them were made by adds of unknown outcome: then only their number is looked at.
 * </ul>
 *
 * <h2>Without revisions</h2>
 *
 * Registers are judged by their values, which must be unique. A compare-and-set counts as a write;
 * whether it was right to be done is not judged. Lists, and counters that always the same amount is
 * added to, tell their versions by themselves. The answer is exact for all three.
 *
 * <h2>Reads that may be stale</h2>
 *
 * One of at most a duration must show what was the newest at some moment since that long before the
 * call, one of any age what was there once. Both may be ahead, as {@link dev.holdfast.Read} says:
 * they may show what was written by a call that began before they returned, and that others do not
 * see yet.
 *
 * <p>Immutable.
 */
public final class HistoryChecker {
  private final boolean byRevisions;
  private final Function<String, Start> starts;

  private HistoryChecker(boolean byRevisions, Function<String, Start> starts) {
    this.byRevisions = byRevisions;
    this.starts = starts;
  }

  /** Judges by the revisions that clients were told. No key exists at first. */
  public static HistoryChecker byRevisions() {
    return new HistoryChecker(true, key -> Start.absent());
  }

  /** Judges by values alone. No key exists at first. */
  public static HistoryChecker withoutRevisions() {
    return new HistoryChecker(false, key -> Start.absent());
  }

  /** The same, with keys that were there before the first call. */
  public HistoryChecker starting(Function<String, Start> starts) {
    return new HistoryChecker(byRevisions, starts);
  }

  /**
   * Judges what a history has recorded so far. A call that has not returned counts as unknown.
   *
   * @throws IllegalArgumentException if it cannot be judged in this way; the message says why
   */
  public Verdict judge(History history) {
    return judge(history.operations());
  }

  /**
   * Judges operations, in whatever order they come.
   *
   * @throws IllegalArgumentException if they cannot be judged in this way; the message says why
   */
  public Verdict judge(Iterable<Operation> operations) {
    Map<String, List<Operation>> byKey = new LinkedHashMap<>();
    long reads = 0;
    long unknown = 0;
    long refused = 0;
    long all = 0;
    for (Operation operation : operations) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
      all++;
      reads += operation.reads() ? 1 : 0;
      unknown += operation.unknown() ? 1 : 0;
      refused += operation.refused() ? 1 : 0;
    }
    List<Violation> violations = new ArrayList<>();
    byKey.forEach((key, ofKey) -> violations.addAll(violations(key, ofKey)));
    return new Verdict(all, byKey.size(), reads, all - reads, unknown, refused, violations);
  }

  private List<Violation> violations(String key, List<Operation> operations) {
    Findings findings = new Findings(key);
    Start start = starts.apply(key);
    boolean list = asks(operations, Asked.Append.class);
    boolean counter = asks(operations, Asked.Add.class);
    if ((list || counter) && !pure(operations)) {
      throw new IllegalArgumentException(
          key + " is asked for what belongs to registers, lists and counters: use several keys");
    }
    if (list) {
      AppendList.judge(start, operations, byRevisions, findings);
    } else if (counter) {
      Counter.judge(start, operations, byRevisions, findings);
    } else if (byRevisions) {
      Register.judge(start, operations, findings);
    } else {
      Zones.judge(start, operations, findings);
    }
    return findings.all();
  }

  private static boolean asks(List<Operation> operations, Class<? extends Asked> what) {
    return operations.stream().anyMatch(operation -> what.isInstance(operation.asked()));
  }

  private static boolean pure(List<Operation> operations) {
    return operations.stream()
            .filter(operation -> !operation.reads())
            .map(operation -> operation.asked().getClass())
            .distinct()
            .count()
        == 1;
  }
}
