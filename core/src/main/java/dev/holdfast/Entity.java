package dev.holdfast;

/**
 * A value as it was at one moment: what a read or a change answers.
 *
 * @param type the name of the entity's type
 * @param id the entity's id, unique within its type
 * @param value the value; immutable by contract, since every reader on a node shares it
 * @param revision 0 when first created, one more with every change
 * @param owner the name of the node that held the one live copy; empty if the owner was not asked,
 *     or nobody owns the entity
 * @param source where the value was taken from
 */
public record Entity<T>(
    String type, String id, T value, long revision, String owner, Source source) {
  /** The revision to expect of an entity that must not exist yet. */
  public static final long ABSENT = -1;

  /** Where a value was taken from. */
  public enum Source {
    /** The memory of the entity's owner. */
    OWNER,
    /** A copy in the memory of the node that was asked, granted by the owner. */
    COPY,
    /** The database, without a word of the owner. */
    DATABASE
  }

  /** An entity as its owner has it. */
  public Entity(String type, String id, T value, long revision, String owner) {
    this(type, id, value, revision, owner, Source.OWNER);
  }
}
