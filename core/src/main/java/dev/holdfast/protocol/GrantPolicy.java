package dev.holdfast.protocol;

/**
 * Says whether an entity's readers get grants. A copy saves a round trip each time it is read and
 * costs about one when it is revoked; an entity that is written about as often as it is read from
 * afar is better off without.
 *
 * <p>How often a copy was read is told when it goes. So a balance is kept of the round trips that
 * copies of the entity saved and cost, up to {@value #MOST} either way, for what was long ago says
 * little. As long as it is not negative, whoever reads from afar gets a copy; below that, only
 * after as many reads since the last write as are missing. So a write-hot entity stops granting by
 * itself, and one to which reads return starts again after a few of them.
 *
 * <p>Confined to its owner's thread.
 */
final class GrantPolicy {
  /**
   * The most reads since the last write that are answered without a grant. A grant that nobody uses
   * costs as much as one read from afar; so one after every eight reads makes those an eighth
   * dearer at most, and an entity to which only readers are left is copied after eight.
   */
  static final int MOST = 8;

  private int balance;
  private int reads;

  /** Somebody reads from afar and would keep a copy: whether that is granted. */
  boolean grants() {
    reads = Math.min(reads + 1, MOST + 1);
    return reads > -balance;
  }

  /** The value changes. */
  void changes() {
    reads = 0;
  }

  /** So many copies are gone, which had been read so often in all. */
  void revoked(int copies, int uses) {
    long now = (long) balance + uses - copies;
    balance = (int) Math.max(-MOST, Math.min(MOST, now));
  }
}
