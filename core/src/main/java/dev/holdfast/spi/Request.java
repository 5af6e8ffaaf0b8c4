package dev.holdfast.spi;

/**
 * What a node asks of an entity's owner.
 *
 * @param operation the operation id; empty for a read
 * @param name the name of the change; empty unless the kind is {@link Kind#CHANGE}
 * @param json the value, patch or change; empty for reads and deletes
 * @param expected the revision the entity must have; {@link #ANY} if any will do
 * @param timeLeftMillis how long the caller still waits; an owner does not begin what came to wait
 *     longer
 */
public record Request(
    Kind kind,
    EntityKey key,
    String operation,
    String name,
    String json,
    long expected,
    long timeLeftMillis) {
  /** Any revision will do. */
  public static final long ANY = Long.MIN_VALUE;

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
