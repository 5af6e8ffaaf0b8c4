package dev.holdfast.spi;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Turns values, changes and answers into JSON text and back. Thread-safe. */
public interface Codec {
  /**
   * The value as JSON text on one line.
   *
   * @throws CodecException if it cannot be written
   */
  String encode(@Nullable Object value);

  /**
   * The value that the JSON text stands for.
   *
   * @throws CodecException if the text is not JSON, or not a {@code type}; the message is written
   *     for the person who sent it
   */
  @Nullable Object decode(String json, Type type);

  /**
   * The RFC 7396 merge of {@code patch} into {@code json}.
   *
   * @throws CodecException if either is not JSON
   */
  String merge(String json, String patch);

  /** Whether the text is a JSON string, number or boolean. */
  boolean isScalar(String json);

  /** The text is not JSON, or not of the shape that is wanted. */
  final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CodecException(String message) {
      super(message);
    }
  }
}
