package dev.holdfast.protocol;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a request does to a value: the entity type's own rules. Pure functions. */
public interface Applier {
  /** What a request came to. */
  sealed interface Applied {
    /**
     * The value changes.
     *
     * @param value the new value; null if the entity ceases to exist
     * @param json the new value as stored; null if it is deleted
     * @param answer the JSON to answer; null for none
     */
    record Changed(
        @Nullable Object value,
        @Nullable String json,
        @Nullable String answer) implements Applied {}

    /** The value stays. */
    record Kept(@Nullable String answer) implements Applied {}

    /** The request is refused. */
    record Refused(Answer.Failed failure) implements Applied {}
  }

  /** Applies a request other than a read to the value in {@code row}. */
  Applied apply(Row row, Request request);

  /** The value as JSON. */
  String encode(Object value);

  /** The same operations in less room, if there is a way. */
  default Supplier<Operations> packed(Operations operations) {
    return operations;
  }
}
