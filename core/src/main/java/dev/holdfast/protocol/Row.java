package dev.holdfast.protocol;

import dev.holdfast.spi.Store;
import org.jspecify.annotations.Nullable;

/**
 * An entity as committed.
 *
 * @param stored the revision of its row; {@link Store#NO_ROW} if there is none
 * @param revision the revision shown; 0 for an initial value without a row
 * @param value the value; null if the entity does not exist
 * @param operations what was done lately
 */
public record Row(long stored, long revision, @Nullable Object value, Operations operations) {
  /** Whether the entity exists. */
  public boolean exists() {
    return value != null;
  }
}
