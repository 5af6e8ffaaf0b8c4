package dev.holdfast.protocol;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Revocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reader's side of copies: which of the values that other nodes answered may be kept, under
 * which session, and until when. One for all owners. {@link Grants} is the other side.
 *
 * <p>Performs nothing itself. {@link #step} takes one input and answers what is to be done, in an
 * order that matters: what makes copies unreadable comes before what says so, and before what makes
 * others readable for longer.
 *
 * <h2>Which answers are kept</h2>
 *
 * A request is sent under a nonce. A revocation of its entity cancels the nonce, and an answer
 * whose nonce is not known is not kept: it may be older than the revocation, whichever came first
 * (rule NONCE). Neither is one that was granted under another session than the present one. The
 * value itself is the caller's in any case, for it was the newest at some moment of the call.
 *
 * <h2>Sessions</h2>
 *
 * A session begins when an owner is met that has none with this reader. It is renewed as long as
 * there are copies under it, or were a moment ago. One that ran out is not lost: if the owner still
 * knows it when it is renewed, its copies are good again. If the owner does not, all copies are
 * dropped and the next session is opened.
 *
 * <p>Confined to one thread at a time.
 */
public final class Copies {
  /** What happens. */
  public sealed interface Input {
    /** A read is sent to the owner of an entity. */
    record Asked(EntityKey key, long nonce) implements Input {}

    /** It was answered; {@code grant} says by whom, and whether a copy may be kept. */
    record Answered(long nonce, Answer.Grant grant) implements Input {}

    /** It is over, in any other way. */
    record Over(long nonce) implements Input {}

    /** The copy that was kept under this nonce is not kept any more. */
    record Evicted(long owner, EntityKey key, long nonce) implements Input {}

    /** An owner said something. */
    record Told(PeerMessage message) implements Input {}

    /** Time has passed. */
    record Tick() implements Input {}

    /** Those are the epochs that are live; earlier others own nothing. */
    record Live(Set<Long> epochs) implements Input {}
  }

  /** What is to be done. */
  public sealed interface Output {
    /**
     * Keep what was answered under that nonce; readable while the session with that owner is. A
     * copy that it takes the place of is to be made unreadable.
     */
    record Keep(long owner, EntityKey key, long nonce) implements Output {}

    /**
     * Make the copies of these entities unreadable, whatever owner they are from, then send
     * {@code acknowledgement} with how often each was read.
     */
    record Discard(String address, Revocation revocation, PeerMessage.Revoked acknowledgement)
        implements Output {}

    /** No copy under the present session with that owner may be read any more. */
    record End(long owner, List<EntityKey> keys) implements Output {}

    /**
     * Copies under the session with that owner may be read until then; never earlier than before.
     */
    record Extend(long owner, long untilNanos) implements Output {}

    /** Send a message to the node at that address. */
    record Tell(String address, PeerMessage message) implements Output {}
  }

  private final long epoch;
  private final String self;
  private final CopyTerms terms;
  private final Map<Long, OwnerSession> sessions = new HashMap<>();
  private final Map<Long, EntityKey> asked = new HashMap<>();
  private final Map<EntityKey, Set<Long>> nonces = new HashMap<>();
  private long numbers;

  /**
   * Of the node with that epoch, which has no copy yet.
   *
   * @param self the node's address
   */
  public Copies(long epoch, String self, CopyTerms terms) {
    this.epoch = epoch;
    this.self = self;
    this.terms = terms;
  }

  /** How many copies there are, readable or not. */
  public int count() {
    int count = 0;
    for (OwnerSession session : sessions.values()) {
      count += session.count();
    }
    return count;
  }

  /**
   * Takes one input.
   *
   * @param nowNanos on the node's monotonic clock; for what is sent, the time before it is
   * @return what is to be done, in that order
   */
  public List<Output> step(long nowNanos, Input input) {
    List<Output> out = new ArrayList<>(2);
    if (input instanceof Input.Asked read) {
      asked.put(read.nonce, read.key);
      nonces.computeIfAbsent(read.key, k -> new HashSet<>(2)).add(read.nonce);
    } else if (input instanceof Input.Answered answered) {
      answered(nowNanos, answered.nonce, answered.grant, out);
    } else if (input instanceof Input.Over over) {
      forget(over.nonce);
    } else if (input instanceof Input.Evicted evicted) {
      evicted(evicted);
    } else if (input instanceof Input.Told told && told.message.reader() == epoch) {
      told(nowNanos, told.message, out);
    } else if (input instanceof Input.Tick) {
      sessions.values().forEach(session -> tick(nowNanos, session, out));
    } else if (input instanceof Input.Live live) {
      bury(live.epochs, out);
    }
    return out;
  }

  private @Nullable EntityKey forget(long nonce) {
    EntityKey key = asked.remove(nonce);
    if (key != null) {
      nonces.computeIfPresent(key, (k, of) -> of.remove(nonce) && of.isEmpty() ? null : of);
    }
    return key;
  }

  /**
   * The owner keeps account of the latest grant alone, and forgets it when this one was dropped. An
   * earlier answer that is still on its way must not be kept then.
   */
  private void evicted(Input.Evicted evicted) {
    OwnerSession session = sessions.get(evicted.owner);
    if (session != null && session.dropped(evicted.key, evicted.nonce)) {
      cancel(evicted.key);
    }
  }

  private void cancel(EntityKey key) {
    Set<Long> cancelled = nonces.remove(key);
    if (cancelled != null) {
      cancelled.forEach(asked::remove);
    }
  }

  private void answered(long now, long nonce, Answer.Grant grant, List<Output> out) {
    EntityKey key = forget(nonce);
    OwnerSession session = sessions.get(grant.owner());
    if (session == null) {
      session = new OwnerSession(grant.owner(), grant.address(), ++numbers, now);
      sessions.put(grant.owner(), session);
      renew(now, session, out);
    }
    session.used(now);
    if (key != null && session.established() && session.number() == grant.session()) {
      keep(session, key, nonce, out);
    }
  }

  private void keep(OwnerSession session, EntityKey key, long nonce, List<Output> out) {
    session.keep(key, nonce);
    out.add(new Output.Keep(session.owner, key, nonce));
  }

  private void told(long now, PeerMessage message, List<Output> out) {
    OwnerSession session = sessions.get(message.owner());
    if (session == null || session.number() != message.session()) {
      return;
    }
    if (message instanceof PeerMessage.Revoke revoke) {
      discard(session, revoke.revocation(), out);
    } else if (message instanceof PeerMessage.Renewed renewed) {
      renewed.revocations().forEach(revocation -> discard(session, revocation, out));
      session
          .renewed(renewed.renewal())
          .ifPresent(sent -> out.add(
              new Output.Extend(session.owner, terms.lasting(renewed.nanos()).validUntil(sent))));
    } else if (message instanceof PeerMessage.Unknown) {
      out.add(new Output.End(session.owner, session.reopen(++numbers)));
      if (session.due(now, terms)) {
        renew(now, session, out);
      }
    }
  }

  private void discard(OwnerSession session, Revocation revocation, List<Output> out) {
    for (EntityKey key : revocation.keys()) {
      session.revoked(key);
      cancel(key);
    }
    out.add(new Output.Discard(
        session.address(),
        revocation,
        new PeerMessage.Revoked(
            epoch, session.owner, session.number(), revocation.number(), List.of())));
  }

  private void tick(long now, OwnerSession session, List<Output> out) {
    for (PeerMessage drops : session.drops(epoch)) {
      out.add(new Output.Tell(session.address(), drops));
    }
    if (session.due(now, terms)) {
      renew(now, session, out);
    }
  }

  private void renew(long now, OwnerSession session, List<Output> out) {
    out.add(new Output.Tell(session.address(), session.renew(now, epoch, self)));
  }

  /** What a dead owner granted has ended with its lease. */
  private void bury(Set<Long> live, List<Output> out) {
    long newest = live.stream().mapToLong(Long::longValue).max().orElse(0);
    for (Iterator<OwnerSession> all = sessions.values().iterator(); all.hasNext(); ) {
      OwnerSession session = all.next();
      if (session.owner < newest && !live.contains(session.owner)) {
        out.add(new Output.End(session.owner, session.reopen(++numbers)));
        all.remove();
      }
    }
  }
}
