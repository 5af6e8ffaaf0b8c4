package dev.holdfast.spi;

import java.util.List;

/**
 * What two nodes say to each other about copies: a <em>reader</em> that keeps them, and the
 * <em>owner</em> that granted them, each named by its epoch; and about changes, of which a reader
 * whose entities are watched wants to hear. Carried by {@link Engine#tell}; may be lost, late and
 * in any order.
 *
 * <p>Between a reader and an owner there is a <em>session</em>, numbered by the reader, for copies
 * and for changes apart. What these messages promise is written at
 * {@code dev.holdfast.protocol.Grants} and {@code Copies}, {@code Followers} and {@code Following}.
 */
public sealed interface PeerMessage {
  /** The most keys that one message carries. */
  int KEYS = 1_000;

  /** The epoch of the reader. */
  long reader();

  /** The epoch of the owner. */
  long owner();

  /** The number of the session. */
  long session();

  /**
   * Copies that must go.
   *
   * @param number counts the revocations of a session
   */
  record Revocation(long number, List<EntityKey> keys) {}

  /** A grant that is not needed any more, by the nonce of the request that it answered. */
  record Drop(EntityKey key, long nonce) {}

  /**
   * The reader wants the session to go on.
   *
   * @param address where the reader is
   * @param opens whether it has heard nothing of this session yet; it has then dropped all copies
   *     of earlier ones
   * @param renewal counts the renewals of a session
   */
  record Renew(long reader, long owner, long session, String address, boolean opens, long renewal)
      implements PeerMessage {}

  /**
   * The session goes on.
   *
   * @param nanos for how long, from when the reader sent that renewal
   * @param revocations all that were not acknowledged yet; to be done first
   */
  record Renewed(
      long reader, long owner, long session, long renewal, long nanos, List<Revocation> revocations)
      implements PeerMessage {}

  /** The owner knows no such session, and never will. */
  record Unknown(long reader, long owner, long session) implements PeerMessage {}

  /** Copies must go. */
  record Revoke(long reader, long owner, long session, Revocation revocation)
      implements PeerMessage {}

  /**
   * They are gone.
   *
   * @param uses how often each of them was read, as far as that was counted, in the order of the
   *     revocation's keys
   */
  record Revoked(long reader, long owner, long session, long number, List<Integer> uses)
      implements PeerMessage {
    /** The same, with how often the copies had been read. */
    public Revoked having(List<Integer> used) {
      return new Revoked(reader, owner, session, number, used);
    }
  }

  /** The reader has dropped copies on its own. */
  record Dropped(long reader, long owner, long session, List<Drop> drops) implements PeerMessage {}

  /**
   * An entity that may show another value than before.
   *
   * @param revision the one it shows now; {@link #UNSURE} if nobody knows yet
   */
  record Hint(EntityKey key, long revision) {
    /** Higher than any revision. */
    public static final long UNSURE = Long.MAX_VALUE;
  }

  /**
   * The reader wants to hear, for a while, of changes of the owner's entities of these types.
   *
   * @param address where the reader is
   */
  record Follow(long reader, long owner, long session, String address, List<String> types)
      implements PeerMessage {}

  /**
   * These entities have changed.
   *
   * @param number counts what the owner says in a session, from 1
   * @param lost whether there were more than could be kept, so that any of them may have changed
   */
  record Changed(long reader, long owner, long session, long number, boolean lost, List<Hint> hints)
      implements PeerMessage {}
}
