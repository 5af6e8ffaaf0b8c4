package dev.holdfast.protocol;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a reader knows of its session with one owner. Confined to the thread of its {@link Copies}.
 */
final class OwnerSession {
  /** Of how many renewals it is remembered when they were sent. */
  private static final int RENEWALS = 16;

  final long owner;
  private final String address;
  private final Map<EntityKey, Long> copies = new HashMap<>();
  private final List<PeerMessage.Drop> drops = new ArrayList<>();
  private final LinkedHashMap<Long, Long> sentNanos = new LinkedHashMap<>();
  private long number;
  private boolean opens = true;
  private boolean answered = true;
  private long renewals;
  private long renewedNanos;
  private long usedNanos;

  /** @param number one that no session of this reader has had, with whatever owner */
  OwnerSession(long owner, String address, long number, long nowNanos) {
    this.owner = owner;
    this.address = address;
    this.number = number;
    this.usedNanos = nowNanos;
  }

  String address() {
    return address;
  }

  long number() {
    return number;
  }

  /** How many copies it has, by its own account. */
  int count() {
    return copies.size();
  }

  boolean established() {
    return !opens;
  }

  /** It is of use to somebody. */
  void used(long nowNanos) {
    usedNanos = nowNanos;
  }

  void keep(EntityKey key, long nonce) {
    copies.put(key, nonce);
  }

  void revoked(EntityKey key) {
    copies.remove(key);
  }

  /** Whether the copy is still that one; it is not any more, and the owner is told in due time. */
  boolean dropped(EntityKey key, long nonce) {
    boolean gone = copies.remove(key, nonce);
    if (gone) {
      drops.add(new PeerMessage.Drop(key, nonce));
    }
    return gone;
  }

  /** All that was dropped lately, at most {@link PeerMessage#KEYS} a message. */
  List<PeerMessage> drops(long reader) {
    List<PeerMessage> messages = new ArrayList<>();
    for (int from = 0; from < drops.size(); from += PeerMessage.KEYS) {
      int to = Math.min(drops.size(), from + PeerMessage.KEYS);
      messages.add(
          new PeerMessage.Dropped(reader, owner, number, List.copyOf(drops.subList(from, to))));
    }
    drops.clear();
    return messages;
  }

  /** Whether it is time to renew it; sooner if the last renewal was not answered. */
  boolean due(long nowNanos, CopyTerms terms) {
    boolean wanted = !copies.isEmpty() || nowNanos - usedNanos < terms.session().ttlNanos();
    long pause = answered ? terms.renewNanos() : terms.renewNanos() / 3;
    return wanted && nowNanos - renewedNanos >= pause;
  }

  PeerMessage renew(long nowNanos, long reader, String self) {
    long renewal = ++renewals;
    renewedNanos = nowNanos;
    answered = false;
    sentNanos.put(renewal, nowNanos);
    sentNanos.remove(renewal - RENEWALS);
    return new PeerMessage.Renew(reader, owner, number, self, opens, renewal);
  }

  /** The owner answered that renewal: when it was sent, if that is still known. */
  OptionalLong renewed(long renewal) {
    answered = true;
    opens = false;
    Long sent = sentNanos.remove(renewal);
    return sent == null ? OptionalLong.empty() : OptionalLong.of(sent);
  }

  /** All copies under it are gone; the next one begins, with a number as above. */
  List<EntityKey> reopen(long next) {
    final List<EntityKey> gone = List.copyOf(copies.keySet());
    copies.clear();
    drops.clear();
    sentNanos.clear();
    number = next;
    opens = true;
    answered = true;
    return gone;
  }
}
