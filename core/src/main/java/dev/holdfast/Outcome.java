package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Change} decided: the value becomes another one, stays, is deleted, or the change is
 * refused. Immutable.
 *
 * @param <T> the type of the entity's value
 * @param <R> the type of the answer
 */
public final class Outcome<T, R> {
  /** What happens to the entity. */
  public enum Effect {
    /** The value is replaced. */
    BECOME,
    /** The value stays and the revision does not move. */
    KEEP,
    /** The entity is deleted, or goes back to its initial value if its type has one. */
    DELETE,
    /** Nothing happens and the caller gets {@link NotDone.Rejected}. */
    REJECT
  }

  private final Effect effect;
  private final @Nullable T value;
  private final @Nullable R reply;
  private final String reason;

  private Outcome(Effect effect, @Nullable T value, @Nullable R reply, String reason) {
    this.effect = effect;
    this.value = value;
    this.reply = reply;
    this.reason = reason;
  }

  /** The entity's value is {@code value} from now on. */
  public static <T, R> Outcome<T, R> become(T value) {
    return new Outcome<>(Effect.BECOME, Objects.requireNonNull(value, "value"), null, "");
  }

  /** Nothing changes; the answer, if any, is all there is. */
  public static <T, R> Outcome<T, R> keep() {
    return new Outcome<>(Effect.KEEP, null, null, "");
  }

  /** The entity is deleted. */
  public static <T, R> Outcome<T, R> delete() {
    return new Outcome<>(Effect.DELETE, null, null, "");
  }

  /**
   * The change is refused for {@code reason}, which the caller reads in {@link NotDone.Rejected}.
   */
  public static <T, R> Outcome<T, R> reject(String reason) {
    return new Outcome<>(Effect.REJECT, null, null, reason);
  }

  /** The same outcome, answering {@code answer} to whoever sent the change. */
  public Outcome<T, R> reply(@Nullable R answer) {
    return new Outcome<>(effect, value, answer, reason);
  }

  /** What happens to the entity. */
  public Effect effect() {
    return effect;
  }

  /** The new value; null unless the effect is {@link Effect#BECOME}. */
  public @Nullable T value() {
    return value;
  }

  /** The answer; null if there is none. */
  public @Nullable R reply() {
    return reply;
  }

  /** Why the change was refused; empty unless the effect is {@link Effect#REJECT}. */
  public String reason() {
    return reason;
  }
}
