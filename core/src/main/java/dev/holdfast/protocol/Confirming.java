package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The confirmed reads of one entity. Each is answered by a statement that began after it came, so
 * that those which come during one wait for the next.
 *
 * <p>The statement tells at which revision the row is while the claim is held. A read is answered
 * with the value in memory once that has reached this revision: it then was the newest when the
 * statement ran or became it later, and no read that follows shows an older one.
 *
 * <p>That holds only if what is in memory came there by this owner's own writes. A row that is
 * loaded after the statement may hold what the next owner has committed but does not show yet;
 * hence a load makes all statements worthless that began before it.
 *
 * <p>While no read waits, it holds no list of its own. Confined to its owner's thread.
 */
final class Confirming {
  private record Ahead(Waiting read, long stored) {}

  /** A statement under way; the row was at {@code known} when it began. */
  private record Statement(List<Waiting> reads, long known, boolean worthless) {}

  private List<Waiting> next = List.of();
  private @Nullable Statement asked;
  private List<Ahead> ahead = List.of();

  void add(Waiting read) {
    if (next.isEmpty()) {
      next = new ArrayList<>(2);
    }
    next.add(read);
  }

  int size() {
    return next.size() + (asked == null ? 0 : asked.reads.size()) + ahead.size();
  }

  /** Begins a statement if one is needed and none is under way; the row is at {@code stored}. */
  boolean begin(long stored) {
    if (next.isEmpty() || underWay()) {
      return false;
    }
    asked = new Statement(next, stored, false);
    next = List.of();
    return true;
  }

  boolean underWay() {
    return asked != null;
  }

  /** Whether the row is not even at the revision that it was known to be at: commits were lost. */
  boolean behind(long stored) {
    return asked != null && stored < asked.known;
  }

  /** The row was loaded: every read needs a statement that begins after this. */
  void reloaded() {
    next = joined(ahead(), next);
    if (asked != null) {
      asked = new Statement(asked.reads, asked.known, true);
    }
  }

  /** The statement found the row at {@code stored}. */
  void found(long stored) {
    if (asked != null && asked.worthless) {
      next = joined(failed(), next);
    } else {
      List<Ahead> found = failed().stream().map(read -> new Ahead(read, stored)).toList();
      ahead = joined(ahead, found);
    }
  }

  /** The statement told nothing; answers whose it was. */
  List<Waiting> failed() {
    List<Waiting> failed = asked == null ? List.of() : asked.reads;
    asked = null;
    return failed;
  }

  /** Takes those that can be answered now that memory is at {@code stored}. */
  List<Waiting> answerable(long stored) {
    if (ahead.isEmpty()) {
      return List.of();
    }
    List<Waiting> reads = new ArrayList<>();
    List<Ahead> rest = new ArrayList<>();
    for (Ahead each : ahead) {
      if (each.stored <= stored) {
        reads.add(each.read);
      } else {
        rest.add(each);
      }
    }
    ahead = List.copyOf(rest);
    return reads;
  }

  /** Whether the database is at a later revision than memory. */
  boolean aheadOfMemory() {
    return !ahead.isEmpty();
  }

  private List<Waiting> ahead() {
    List<Waiting> reads = ahead.stream().map(Ahead::read).toList();
    ahead = List.of();
    return reads;
  }

  /** Takes all. */
  List<Waiting> drain() {
    List<Waiting> all = new ArrayList<>(next);
    all.addAll(failed());
    all.addAll(ahead());
    next = List.of();
    return all;
  }

  private static <T> List<T> joined(List<T> first, List<T> then) {
    if (first.isEmpty()) {
      return then;
    }
    List<T> all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }
}
