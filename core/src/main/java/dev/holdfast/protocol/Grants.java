package dev.holdfast.protocol;

import dev.holdfast.protocol.ReaderSession.Waiter;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Revocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/**
 * The owner's side of copies: which readers were granted what, and when that has ended for certain.
 * One for all entities that a node owns. {@link Copies} is the other side.
 *
 * <p>Performs nothing itself. {@link #step} takes one input and answers what is to be done.
 *
 * <h2>Sessions</h2>
 *
 * A grant has no end of its own. It is good until it is revoked, as long as the session between its
 * reader and this owner is: 1 s unless the reader renews it, and never beyond the owner's own lease
 * (rule BOUND). That is Gray and Cheriton's lease (SOSP 1989) in the form of Yin, Alvisi, Dahlin
 * and Lin's volume lease (ICDCS 1998): one short lease for many objects. It makes renewals
 * independent of the number of copies, and bounds what a silent reader costs a writer.
 *
 * <h2>When a copy has ended</h2>
 *
 * <ul>
 *   <li>The reader has acknowledged its revocation.
 *   <li>Or the session is over, as it had been promised when the copy was revoked. That it may have
 *       been renewed since does not matter, because every renewal carries all revocations that were
 *       not acknowledged, and the reader does those first (rule CARRY). So a reader that gets
 *       renewals but no revocations holds up nobody.
 *   <li>Or the reader has opened a later session: before that it dropped all it had.
 * </ul>
 *
 * <h2>When a session is closed</h2>
 *
 * When its reader has been silent for long, or acknowledges too little. It is then not renewed any
 * more, and closes once what was promised is over. A number that was closed is never opened again:
 * a late message could otherwise open it without the grants that its reader still goes by (rule
 * CLOSED).
 *
 * <p>Confined to one thread at a time.
 */
public final class Grants {
  /** A session whose reader has this many keys to acknowledge is not renewed for now. */
  static final int CARRIED = 4_000;

  /** A session whose reader has this many keys to acknowledge is closed. */
  static final int UNACKNOWLEDGED = 100_000;

  /** What happens. */
  public sealed interface Input {
    /** A reader would keep a copy, and the entity's owner agrees. */
    record Grant(EntityKey key, long reader, long nonce) implements Input {}

    /** All copies of one entity must go; answered with {@link Output.Gone}. */
    record Revoke(long ticket, EntityKey key) implements Input {}

    /** All copies of all entities of a shard must go; answered with {@link Output.Gone}. */
    record Recall(long ticket, int shard) implements Input {}

    /** A reader said something; {@code leaseNanos} is what is left of this node's own lease. */
    record Told(PeerMessage message, long leaseNanos) implements Input {}

    /** Time has passed. Also sends what was revoked since the last time. */
    record Tick() implements Input {}

    /** Those are the epochs that are live; earlier others will not read any more. */
    record Live(Set<Long> epochs) implements Input {}
  }

  /** What is to be done. */
  public sealed interface Output {
    /** The grant is recorded under that session; 0 if there is none. */
    record Granted(long session) implements Output {}

    /** No copy is left. */
    record Gone(long ticket, int copies, int uses) implements Output {}

    /** Send a message to the node at that address. */
    record Tell(String address, PeerMessage message) implements Output {}
  }

  private final long epoch;
  private final CopyTerms terms;
  private final ToIntFunction<EntityKey> shardOf;
  private final Map<Long, ReaderSession> sessions = new HashMap<>();

  /** Of the node with that epoch, which has granted nothing yet. */
  public Grants(long epoch, CopyTerms terms, ToIntFunction<EntityKey> shardOf) {
    this.epoch = epoch;
    this.terms = terms;
    this.shardOf = shardOf;
  }

  /** How many copies there may be. */
  public int count() {
    int count = 0;
    for (ReaderSession session : sessions.values()) {
      count += session.count();
    }
    return count;
  }

  /** Whether somebody may be reading a copy at this moment. */
  public boolean readable(long nowNanos) {
    return sessions.values().stream()
        .anyMatch(
            session -> session.usable(nowNanos) && session.count() + session.pendingKeys() > 0);
  }

  /**
   * Takes one input.
   *
   * @param nowNanos on the node's monotonic clock
   * @return what is to be done, in that order
   */
  public List<Output> step(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>(2);
    if (input instanceof Input.Grant grant) {
      out.add(new Output.Granted(grant(grant)));
    } else if (input instanceof Input.Revoke revoke) {
      int shard = shardOf.applyAsInt(revoke.key);
      end(nowNanos, revoke.ticket, out, (of, waiter) -> of.revoke(shard, revoke.key, waiter));
    } else if (input instanceof Input.Recall recall) {
      end(nowNanos, recall.ticket, out, (of, waiter) -> of.recall(recall.shard, waiter));
    } else if (input instanceof Input.Told told) {
      told(nowNanos, told.message, told.leaseNanos, out);
    } else if (input instanceof Input.Tick) {
      tick(nowNanos, out);
    } else if (input instanceof Input.Live live) {
      forget(nowNanos, live.epochs, out);
    }
    return out;
  }

  private long grant(Input.Grant grant) {
    ReaderSession session = sessions.get(grant.reader);
    if (session == null || session.closed() || count() >= terms.grants()) {
      return 0;
    }
    session.grant(shardOf.applyAsInt(grant.key), grant.key, grant.nonce);
    return session.number;
  }

  /** Has copies ended in all sessions; who has nothing to wait for is told at once. */
  private void end(
      long now, long ticket, List<Output> out, BiConsumer<ReaderSession, Waiter> ending) {
    Waiter waiter = new Waiter(ticket);
    sessions.values().forEach(session -> ending.accept(session, waiter));
    expire(now, out);
    boolean told = out.stream()
        .anyMatch(output -> output instanceof Output.Gone gone && gone.ticket == waiter.ticket);
    if (waiter.over() && !told) {
      gone(List.of(waiter), out);
    }
  }

  private static void gone(List<Waiter> waiters, List<Output> out) {
    waiters.forEach(
        waiter -> out.add(new Output.Gone(waiter.ticket, waiter.copies(), waiter.uses())));
  }

  private void told(long now, PeerMessage message, long leaseNanos, List<Output> out) {
    if (message.owner() != epoch) {
      return;
    }
    if (message instanceof PeerMessage.Renew renew) {
      renew(now, renew, leaseNanos, out);
      return;
    }
    ReaderSession session = sessions.get(message.reader());
    if (session == null || session.number != message.session()) {
      return;
    }
    if (message instanceof PeerMessage.Revoked revoked) {
      gone(session.acknowledged(revoked.number(), revoked.uses()), out);
    } else if (message instanceof PeerMessage.Dropped dropped) {
      for (PeerMessage.Drop drop : dropped.drops()) {
        session.drop(shardOf.applyAsInt(drop.key()), drop.key(), drop.nonce());
      }
    }
  }

  private void renew(long now, PeerMessage.Renew renew, long leaseNanos, List<Output> out) {
    ReaderSession session = sessions.get(renew.reader());
    if (renew.opens() && (session == null || renew.session() > session.number)) {
      if (session != null) {
        gone(session.close(), out);
      }
      session = new ReaderSession(renew.session(), renew.address(), now);
      sessions.put(renew.reader(), session);
    }
    if (session == null || session.closed() || session.number != renew.session()) {
      out.add(new Output.Tell(
          renew.address(), new PeerMessage.Unknown(renew.reader(), epoch, renew.session())));
    } else {
      extend(now, session, renew, Math.min(terms.session().ttlNanos(), leaseNanos), out);
    }
  }

  private void extend(
      long now, ReaderSession session, PeerMessage.Renew renew, long nanos, List<Output> out) {
    if (nanos > 0 && session.pendingKeys() <= CARRIED) {
      session.promise(now + terms.lasting(nanos).silenceNanos());
      out.add(new Output.Tell(
          renew.address(),
          new PeerMessage.Renewed(
              renew.reader(), epoch, session.number, renew.renewal(), nanos, session.carried())));
    }
  }

  private void tick(long now, List<Output> out) {
    sessions.forEach((reader, session) -> {
      boolean silent = session.silentNanos(now) > terms.silentNanos();
      boolean deaf = session.pendingKeys() > UNACKNOWLEDGED && !session.usable(now);
      if (!session.closed() && (silent || deaf)) {
        gone(session.close(), out);
      }
      for (Revocation revocation : session.due(now, terms.resendNanos())) {
        out.add(new Output.Tell(
            session.address, new PeerMessage.Revoke(reader, epoch, session.number, revocation)));
      }
    });
    expire(now, out);
  }

  private void expire(long now, List<Output> out) {
    sessions.values().forEach(session -> gone(session.expired(now), out));
  }

  /** An epoch that is later than all of them may have begun after somebody looked. */
  private void forget(long now, Set<Long> live, List<Output> out) {
    long newest = live.stream().mapToLong(Long::longValue).max().orElse(0);
    for (Iterator<Map.Entry<Long, ReaderSession>> all = sessions.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Long, ReaderSession> each = all.next();
      boolean gone = each.getKey() < newest && !live.contains(each.getKey());
      if (gone && !each.getValue().usable(now)) {
        gone(each.getValue().close(), out);
        all.remove();
      }
    }
  }
}
