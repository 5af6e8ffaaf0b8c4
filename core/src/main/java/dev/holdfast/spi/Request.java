package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a node asks of an entity's owner.
 *
 * @param operation the operation id; empty for a read
 * @param name the name of the change; empty unless the kind is {@link Kind#CHANGE}
 * @param json the value, patch or change; empty for reads and deletes
 * @param expected the revision the entity must have; {@link #ANY} if any will do
 * @param timeLeftMillis how long the caller still waits; an owner does not begin what came to wait
 *     longer
 * @param fill by whom a copy of the value would be kept; null if it would not
 */
public record Request(
    Kind kind,
    EntityKey key,
    String operation,
    String name,
    String json,
    long expected,
    long timeLeftMillis,
    @Nullable Fill fill) {
  /** Any revision will do. */
  public static final long ANY = Long.MIN_VALUE;

  /**
   * A reader that would keep a copy.
   *
   * @param reader the epoch of its node
   * @param nonce a number that the reader uses for no other sending
   */
  public record Fill(long reader, long nonce) {}

  /** A request of which no copy is kept. */
  public Request(
      Kind kind,
      EntityKey key,
      String operation,
      String name,
      String json,
      long expected,
      long timeLeftMillis) {
    this(kind, key, operation, name, json, expected, timeLeftMillis, null);
  }

  /** The same request, as it is sent now. */
  public Request sent(long leftMillis, @Nullable Fill by) {
    return new Request(kind, key, operation, name, json, expected, leftMillis, by);
  }

  /** What is asked. */
  public enum Kind {
    /** The value. */
    GET,
    /** The value, once the database has confirmed that the owner still is the owner. */
    CONFIRM,
    /** Replace the value, or create the entity. */
    SET,
    /** Merge into the value, or into an empty object if the entity does not exist. */
    ASSIGN,
    /** Merge into the value. */
    PATCH,
    /** Apply a registered change. */
    CHANGE,
    /** Delete the entity. */
    DELETE;

    /** Whether it can have no effect. */
    public boolean reads() {
      return this == GET || this == CONFIRM;
    }
  }
}
