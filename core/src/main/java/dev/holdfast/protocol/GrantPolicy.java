package dev.holdfast.protocol;

/**
 * Says whether an entity's readers get grants. A copy saves a round trip each time it is read and
 * costs about one when it is revoked; an entity that is written about as often as it is read from
 * afar is better off without.
 *
 * <p>How often a copy was read is told when it goes. If the copies of an entity were read less than
 * {@value #WORTH} times each, the entity becomes more patient: only after that many reads from afar
 * since the last write does it grant again. Patience doubles with each such disappointment, up to
 * {@value #MOST}, and halves with each write that found its copies well used. So a write-hot entity
 * stops granting by itself, and one to which reads return starts again after a few of them.
 *
 * <p>Confined to its owner's thread.
 */
final class GrantPolicy {
  /** How often a copy must have been read to have been worth its revocation. */
  static final int WORTH = 2;

  /**
   * The most reads since the last write that a grant may take. A grant that nobody uses costs about
   * as much as one read from afar, when it is revoked; so one after every eight reads makes those
   * an eighth dearer at most, and an entity to which only readers are left is copied after eight.
   */
  static final int MOST = 8;

  private int patience;
  private int reads;

  /** Somebody reads from afar and would keep a copy: whether that is granted. */
  boolean grants() {
    reads = Math.min(reads + 1, MOST + 1);
    return reads > patience;
  }

  /** The value changes. */
  void changes() {
    reads = 0;
  }

  /** So many copies are gone, which had been read so often in all. */
  void revoked(int copies, int uses) {
    if (copies > 0) {
      patience = uses < WORTH * copies ? Math.min(Math.max(1, 2 * patience), MOST) : patience / 2;
    }
  }
}
