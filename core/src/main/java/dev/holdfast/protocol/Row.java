package dev.holdfast.protocol;

import dev.holdfast.spi.Store;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An entity as committed.
 *
 * @param stored the revision of its row; {@link Store#NO_ROW} if there is none
 * @param revision the revision shown; 0 for an initial value without a row
 * @param value the value; null if the entity does not exist
 * @param lately what was done lately: {@link Operations}, or whatever they can be made of, since as
 *     long as nobody wants a change they are only in the way
 */
public record Row(long stored, long revision, @Nullable Object value, Supplier<Operations> lately) {
  /** Whether the entity exists. */
  public boolean exists() {
    return value != null;
  }

  /** What was done lately. */
  public Operations operations() {
    return lately.get();
  }

  /** The same in little room, for as long as nobody wants a change. */
  Row packed(Applier applier) {
    return lately instanceof Operations unpacked && !unpacked.equals(Operations.NONE)
        ? new Row(stored, revision, value, applier.packed(unpacked))
        : this;
  }

  /** The same, with the operations themselves, for whoever asks for them again and again. */
  Row unpacked() {
    return lately instanceof Operations ? this : new Row(stored, revision, value, operations());
  }
}
