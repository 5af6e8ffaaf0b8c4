package dev.holdfast.runtime;

import dev.holdfast.Entity;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Codec;
import dev.holdfast.spi.EntityKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a read for watches has found, as a value, as JSON, or both: whoever needs the other form
 * makes it, for all who share this. Thread-safe: a form that two make at once is made twice.
 */
final class Sighting {
  private final EntityKey key;
  private final long revision;
  private final boolean exists;
  private volatile @Nullable Object value;
  private volatile @Nullable String json;

  private Sighting(
      EntityKey key, long revision, boolean exists, @Nullable Object value, @Nullable String json) {
    this.key = key;
    this.revision = revision;
    this.exists = exists;
    this.value = value;
    this.json = json;
  }

  static Sighting of(EntityKey key, Entity<?> entity) {
    return new Sighting(key, entity.revision(), true, entity.value(), null);
  }

  static Sighting of(EntityKey key, Answer.Done done) {
    return new Sighting(key, done.revision(), true, null, Objects.requireNonNull(done.json()));
  }

  static Sighting absent(EntityKey key, long revision) {
    return new Sighting(key, revision, false, null, null);
  }

  EntityKey key() {
    return key;
  }

  long revision() {
    return revision;
  }

  boolean exists() {
    return exists;
  }

  /** The value as JSON; null if there is none. */
  @Nullable String json(Codec codec) {
    String text = json;
    if (text == null && exists) {
      text = codec.encode(value);
      json = text;
    }
    return text;
  }

  /**
   * The value; null if there is none.
   *
   * @throws Codec.CodecException if it does not fit the class
   */
  <T> @Nullable T value(Codec codec, Class<T> valueClass) {
    Object object = value;
    if (object == null && exists) {
      object = codec.decode(Objects.requireNonNull(json), valueClass);
      value = object;
    }
    return valueClass.cast(object);
  }
}
