package dev.holdfast.verify;

import java.util.Locale;

/** What people write for the values of an enum: {@code cut-from-peers}. Stateless. */
public final class Words {
  private Words() {}

  /** The word for a value. */
  public static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The value for a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static <E extends Enum<E>> E value(Class<E> of, String word) {
    return Enum.valueOf(of, word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
