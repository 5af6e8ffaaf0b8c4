package dev.holdfast.protocol;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that somebody is still to hear of, each entity once. Beyond {@value #MOST} entities it is
 * only known that there were more. Not thread-safe.
 */
public final class Hints {
  /** How many entities are kept apart. */
  static final int MOST = 20_000;

  /**
   * What had come together.
   *
   * @param lost whether there was more
   */
  public record Batch(boolean lost, List<Hint> hints) {
    /** Whether nothing had. */
    public boolean isEmpty() {
      return !lost && hints.isEmpty();
    }
  }

  private Map<EntityKey, Long> newest = new LinkedHashMap<>();
  private boolean lost;

  /** The entity shows that revision, or a later one. */
  public void add(EntityKey key, long revision) {
    if (newest.size() >= MOST && !newest.containsKey(key)) {
      lose();
    } else {
      newest.merge(key, revision, Math::max);
    }
  }

  /** Any entity may have changed. */
  public void lose() {
    lost = true;
    newest = new LinkedHashMap<>();
  }

  /** All of it; nothing is left. */
  public Batch take() {
    List<Hint> hints = new ArrayList<>(newest.size());
    newest.forEach((key, revision) -> hints.add(new Hint(key, revision)));
    Batch taken = new Batch(lost, hints);
    lost = false;
    newest = new LinkedHashMap<>();
    return taken;
  }
}
