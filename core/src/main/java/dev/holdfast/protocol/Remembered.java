package dev.holdfast.protocol;

import dev.holdfast.protocol.Operations.Done;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations that an owner knows of, far more than the row keeps: on a busy entity the row's
 * own are overtaken before a request is sent again.
 *
 * <p>Complete since the row was loaded, or since its owner {@linkplain EntityOwner.Input.Rested
 * rested}: nobody else writes the row meanwhile. So an operation that is not found here is
 * certainly new if it was not forgotten then, even if the row has forgotten its place since.
 * Confined to its owner's thread.
 *
 * <h2>For how long</h2>
 *
 * For a minute, which is longer than requests are sent again. What is older the row tells, or
 * nobody: else each entity that lives long would come to take a megabyte. With nobody to change the
 * entity for a while, its owner {@linkplain EntityOwner.Input.Rested lets go of all of it}.
 *
 * <h2>As long as the row tells it all</h2>
 *
 * An owner has none of this until it is asked for a change of a row with more than {@value #FEW}
 * operations. Until then the row holds all that it knows: what was there when the row was loaded
 * and all that was done since, too little for any to be forgotten, with as many more as one write
 * may add. And so few are searched as fast in the row.
 */
final class Remembered {
  /** How many are kept here at most. */
  static final int KEPT = 8_192;

  /** For how long at least, unless there are too many. */
  static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();

  /** How exact that is. */
  private static final long MARK_NANOS = Duration.ofSeconds(5).toNanos();

  /** So many the row tells by itself; with {@link Turns#COMBINED} more than it still keeps all. */
  static final int FEW = 16;

  /** All up to that revision was done by then. */
  private record Mark(long revision, long nanos) {}

  /** By id, in the order of their revisions. */
  private Map<String, Done> done = new LinkedHashMap<>();

  private final Deque<Mark> marks = new ArrayDeque<>(2);
  private Forgotten forgotten;
  private long revision;

  /** Operations up to this revision may have been let go. */
  private long letGo = Long.MIN_VALUE;

  /** What the row says, which was loaded by now. */
  Remembered(Row row, long nowNanos) {
    forgotten = row.operations().forgotten();
    add(row.operations().all(), row.revision(), nowNanos);
  }

  /** What an owner has to know besides a row to decide on changes of it; null for nothing. */
  static @Nullable Remembered besides(Row row, @Nullable Remembered known, long nowNanos) {
    return known == null && row.operations().size() > FEW ? new Remembered(row, nowNanos) : known;
  }

  /**
   * What this is, and what the row says now that it was loaded again. If somebody else has written
   * it, so often that the row does not tell all that was done since, only the row is believed.
   */
  Remembered reloaded(Row now, long nowNanos) {
    List<Done> news = now.operations().since(revision);
    if (news.size() != now.revision() - revision) {
      return new Remembered(now, nowNanos);
    }
    add(news, now.revision(), nowNanos);
    return this;
  }

  /** Adds what was done by now, to reach that revision. */
  void add(List<Done> more, long reached, long nowNanos) {
    for (Done one : more) {
      done.remove(one.id()); // so that they are in the order of their revisions
      done.put(one.id(), one);
    }
    revision = reached;
    Mark latest = marks.peekLast();
    if (latest == null || nowNanos - latest.nanos >= MARK_NANOS) {
      marks.add(new Mark(reached, nowNanos));
    }
    forgetUpTo(old(nowNanos));
  }

  /** All up to this revision has been here for long enough. */
  private long old(long nowNanos) {
    long old = Long.MIN_VALUE;
    for (Mark mark = marks.peek();
        mark != null && nowNanos - mark.nanos > KEPT_NANOS;
        mark = marks.peek()) {
      old = mark.revision;
      marks.remove();
    }
    return old;
  }

  /** And more, the oldest first, if there are too many. */
  private void forgetUpTo(long old) {
    int before = done.size();
    for (Iterator<Done> oldest = done.values().iterator(); oldest.hasNext(); ) {
      Done gone = oldest.next();
      if (gone.revision() > old && done.size() <= KEPT) {
        break;
      }
      forgotten = forgotten.and(OperationId.parse(gone.id()));
      letGo = gone.revision();
      oldest.remove();
    }
    if (done.size() < before / 2) {
      done = new LinkedHashMap<>(done); // its table never shrinks
    }
  }

  /** How many are kept here. */
  int size() {
    return done.size();
  }

  /**
   * The one with that id, of these and of a row that may be ahead of them. Only what cannot be here
   * is looked for in the row: to compare ids one by one costs more than the rest of a change.
   */
  @Nullable Done find(String id, Operations row) {
    Done known = done.get(id);
    return known == null ? row.find(id, letGo, revision).orElse(null) : known;
  }

  /** Whether an operation of that id, if it is not found, may have been done. */
  boolean mayHaveForgotten(OperationId id) {
    return forgotten.covers(id);
  }
}
