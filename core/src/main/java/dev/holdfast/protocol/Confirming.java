package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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
 * hence a load makes all statements worthless that began before it. Confined to its owner's thread.
 */
final class Confirming {
  private record Ahead(Waiting read, long stored) {}

  private final List<Waiting> next = new ArrayList<>();
  private final List<Waiting> asked = new ArrayList<>();
  private final List<Ahead> ahead = new ArrayList<>();
  private long known;
  private boolean reloaded;

  void add(Waiting read) {
    next.add(read);
  }

  int size() {
    return next.size() + asked.size() + ahead.size();
  }

  /** Begins a statement if one is needed and none is under way; the row is at {@code stored}. */
  boolean begin(long stored) {
    if (next.isEmpty() || !asked.isEmpty()) {
      return false;
    }
    asked.addAll(next);
    next.clear();
    known = stored;
    return true;
  }

  boolean underWay() {
    return !asked.isEmpty();
  }

  /** Whether the row is not even at the revision that it was known to be at: commits were lost. */
  boolean behind(long stored) {
    return stored < known;
  }

  /** The row was loaded: every read needs a statement that begins after this. */
  void reloaded() {
    next.addAll(0, ahead());
    reloaded = underWay();
  }

  /** The statement found the row at {@code stored}. */
  void found(long stored) {
    if (reloaded) {
      next.addAll(0, failed());
    } else {
      asked.forEach(read -> ahead.add(new Ahead(read, stored)));
      asked.clear();
    }
  }

  /** The statement told nothing; answers whose it was. */
  List<Waiting> failed() {
    List<Waiting> failed = List.copyOf(asked);
    asked.clear();
    reloaded = false;
    return failed;
  }

  /** Takes those that can be answered now that memory is at {@code stored}. */
  List<Waiting> answerable(long stored) {
    List<Waiting> reads = new ArrayList<>();
    for (Iterator<Ahead> each = ahead.iterator(); each.hasNext(); ) {
      Ahead read = each.next();
      if (read.stored <= stored) {
        reads.add(read.read);
        each.remove();
      }
    }
    return reads;
  }

  /** Whether the database is at a later revision than memory. */
  boolean aheadOfMemory() {
    return !ahead.isEmpty();
  }

  private List<Waiting> ahead() {
    List<Waiting> reads = ahead.stream().map(Ahead::read).toList();
    ahead.clear();
    return reads;
  }

  /** Takes all. */
  List<Waiting> drain() {
    List<Waiting> all = new ArrayList<>(next);
    all.addAll(failed());
    all.addAll(ahead());
    next.clear();
    return all;
  }
}
