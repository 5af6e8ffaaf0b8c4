package dev.holdfast;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A watch that goes on until it is closed. It shows what is at its beginning, then what changes.
 *
 * <ul>
 *   <li>What it shows was read from the entity's owner as by a linearizable read. So whoever reads
 *       after something was shown, on any node, finds that or something newer; and nothing is shown
 *       before other readers may see it.
 *   <li>Of one entity it shows rising revisions only, each once.
 *   <li>Of several changes in quick succession it may show just the last one. The newest value is
 *       always shown in the end, usually within some tens of milliseconds. A message between nodes
 *       that is lost can delay it by about a second; the end of a node by as long as it takes until
 *       the entity answers again, and a second.
 *   <li>Of different entities, what is shown comes in no particular order.
 *   <li>Whoever is slow to take what is shown holds up nobody else, and no change. Then more is
 *       left out.
 *   <li>It outlasts failures: while an entity cannot be read nothing of it is shown, and when the
 *       node comes back with a new epoch, the watch goes on.
 * </ul>
 *
 * <p>Thread-safe.
 */
public interface Watching extends AutoCloseable {
  /**
   * An entity as it was at one moment, or that there is none.
   *
   * @param revision the entity's revision; that of its deletion if it was deleted,
   *     {@link Entity#ABSENT} if it never was there
   * @param value the value; null if there is no such entity
   */
  record Seen<T>(
      String type, String id, long revision, @Nullable T value) {
    /** Whether there is such an entity. */
    public boolean exists() {
      return value != null;
    }
  }

  /** A watch whose user takes what is shown when there is time for it; values are JSON text. */
  interface Pull extends Watching {
    /** What is shown next; null if there is nothing new yet. */
    @Nullable Seen<String> next();
  }

  /**
   * Completes when the watch is over, with the reason, for people: it was closed, its node was, or
   * more than 10,000 entities have its prefix.
   */
  CompletionStage<String> ended();

  /** Ends it. What is just being shown is not waited for. Of no effect when repeated. */
  @Override
  void close();
}
