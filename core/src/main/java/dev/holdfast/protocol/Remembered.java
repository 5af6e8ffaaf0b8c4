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
 */
final class Remembered {
  /** How many are kept here. */
  static final int KEPT = 8_192;

  private final Map<String, Done> done = new LinkedHashMap<>();
  private Forgotten forgotten = Forgotten.NONE;
  private long revision;

  /** Operations up to this revision may have been let go. */
  private long letGo = Long.MIN_VALUE;

  private boolean loaded;

  /**
   * Takes in what the row says. If somebody else has written it, so often that the row does not
   * tell all that was done since, only the row is believed.
   */
  void load(Row row) {
    List<Done> news = row.operations().since(revision);
    if (!loaded || news.size() != row.revision() - revision) {
      done.clear();
      letGo = Long.MIN_VALUE;
      forgotten = row.operations().forgotten();
      news = row.operations().all();
    }
    loaded = true;
    add(news, row.revision());
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
