package dev.holdfast;

/**
 * A command: plain data, applied to an entity's value at its one owner.
 *
 * <p>It must be a pure function of that value. It may run more than once before it is committed,
 * and never again after. Instances travel between nodes as JSON, so a record is the natural form.
 *
 * @param <T> the type of the entity's value
 * @param <R> the type of the answer; a class or record the codec can write and read
 */
@FunctionalInterface
public interface Change<T, R> {
  /** Decides what becomes of {@code value}. An exception thrown here refuses the change. */
  Outcome<T, R> applyTo(T value);
}
