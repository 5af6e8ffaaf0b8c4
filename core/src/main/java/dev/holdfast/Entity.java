package dev.holdfast;

/**
 * A value as it was at one moment: what a read or a change answers.
 *
 * @param type the name of the entity's type
 * @param id the entity's id, unique within its type
 * @param value the value; immutable by contract, since every reader on a node shares it
 * @param revision 0 when first created, one more with every change
 * @param owner the name of the node that held the one live copy; empty in a listing when no node
 *     does
 */
public record Entity<T>(String type, String id, T value, long revision, String owner) {
  /** The revision to expect of an entity that must not exist yet. */
  public static final long ABSENT = -1;
}
