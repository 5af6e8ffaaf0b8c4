package dev.holdfast.protocol;

import dev.holdfast.protocol.Operations.Done;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations that an owner knows of, far more than the row keeps: on a busy entity the row's
 * own are overtaken before a request is sent again.
 *
 * <p>Complete since the row was loaded: nobody else writes the row meanwhile. So an operation that
 * is not found here is certainly new if it was not forgotten when the row was loaded, even if the
 * row has forgotten its place since. Confined to its owner's thread.
 *
 * <h2>As long as the row tells it all</h2>
 *
 * An owner has none of this until it is asked for a change of a row with more than {@value #FEW}
 * operations. Until then the row holds all that it knows: what was there when the row was loaded
 * and all that was done since, too little for any to be forgotten, with as many more as one write
 * may add. And so few are searched as fast in the row.
 */
final class Remembered {
  /** How many are kept here. */
  static final int KEPT = 8_192;

  /** So many the row tells by itself; with {@link Turns#COMBINED} more than it still keeps all. */
  static final int FEW = 16;

  private final Map<String, Done> done = new LinkedHashMap<>();
  private Forgotten forgotten;
  private long revision;

  /** Operations up to this revision may have been let go. */
  private long letGo = Long.MIN_VALUE;

  /** What the row says. */
  Remembered(Row row) {
    forgotten = row.operations().forgotten();
    add(row.operations().all(), row.revision());
  }

  /** What an owner has to know besides a row to decide on changes of it; null for nothing. */
  static @Nullable Remembered besides(Row row, @Nullable Remembered known) {
    return known == null && row.operations().size() > FEW ? new Remembered(row) : known;
  }

  /**
   * Takes in what the row says that was loaded again. If somebody else has written it, so often
   * that the row does not tell all that was done since, only the row is believed.
   */
  Remembered reloaded(Row row) {
    List<Done> news = row.operations().since(revision);
    if (news.size() != row.revision() - revision) {
      return new Remembered(row);
    }
    add(news, row.revision());
    return this;
  }

  /** Adds what was done to reach {@code revision}. */
  void add(List<Done> more, long reached) {
    for (Done one : more) {
      done.remove(one.id()); // so that they are in the order of their revisions
      done.put(one.id(), one);
    }
    revision = reached;
    Iterator<Done> oldest = done.values().iterator();
    for (int excess = done.size() - KEPT; excess > 0; excess--) {
      Done gone = oldest.next();
      forgotten = forgotten.and(OperationId.parse(gone.id()));
      letGo = gone.revision();
      oldest.remove();
    }
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
