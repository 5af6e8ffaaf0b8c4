package dev.holdfast.protocol;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Revocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an owner knows of one reader's session: its grants, by shard, and the revocations that the
 * reader has not acknowledged. Confined to the thread of its {@link Grants}.
 */
final class ReaderSession {
  /** Somebody who waits for copies to end. */
  static final class Waiter {
    final long ticket;
    private int left;
    private int copies;
    private int uses;

    Waiter(long ticket) {
      this.ticket = ticket;
    }

    boolean over() {
      return left == 0;
    }

    int copies() {
      return copies;
    }

    int uses() {
      return uses;
    }
  }

  /** A revocation. It is over once nobody can read what it revokes, acknowledged or not. */
  private static final class Batch {
    final long number;
    final Map<EntityKey, List<Waiter>> waiters = new LinkedHashMap<>();
    final Map<EntityKey, Integer> shards = new HashMap<>();
    long deadlineNanos;
    long sentNanos;
    boolean sent;
    boolean over;

    Batch(long number) {
      this.number = number;
    }

    Revocation message() {
      return new Revocation(number, List.copyOf(waiters.keySet()));
    }
  }

  final long number;
  final String address;
  private final Map<Integer, Map<EntityKey, Long>> held = new HashMap<>();
  private final Map<Long, Batch> unacknowledged = new LinkedHashMap<>();

  /** The latest revocation, while it was not sent and more may be added to it. */
  private @Nullable Batch open;

  private long batches;
  private int count;
  private int pendingKeys;
  private long promisedUntilNanos;
  private boolean closed;

  /** A session that the reader may not use yet. */
  ReaderSession(long number, String address, long nowNanos) {
    this.number = number;
    this.address = address;
    this.promisedUntilNanos = nowNanos;
  }

  boolean closed() {
    return closed;
  }

  /** Grants under it. */
  int count() {
    return count;
  }

  /** Keys whose revocation is not acknowledged. */
  int pendingKeys() {
    return pendingKeys;
  }

  /** Whether the reader may be reading copies. */
  boolean usable(long nowNanos) {
    return !closed && promisedUntilNanos - nowNanos >= 0;
  }

  /** For how long it has been over. */
  long silentNanos(long nowNanos) {
    return nowNanos - promisedUntilNanos;
  }

  void promise(long untilNanos) {
    if (untilNanos - promisedUntilNanos > 0) {
      promisedUntilNanos = untilNanos;
    }
  }

  /** Of several grants for one entity the latest request's counts, in whatever order they come. */
  void grant(int shard, EntityKey key, long nonce) {
    Map<EntityKey, Long> keys = held.computeIfAbsent(shard, s -> new HashMap<>());
    count += keys.containsKey(key) ? 0 : 1;
    keys.merge(key, nonce, Math::max);
  }

  /** Forgets the grant, if it is still that one. */
  void drop(int shard, EntityKey key, long nonce) {
    Map<EntityKey, Long> keys = held.get(shard);
    if (keys != null && keys.remove(key, nonce)) {
      count--;
    }
  }

  /** Revokes the copy of one entity, if there is one; {@code waiter} waits for its end. */
  void revoke(int shard, EntityKey key, Waiter waiter) {
    Map<EntityKey, Long> keys = held.get(shard);
    if (keys != null && keys.remove(key) != null) {
      count--;
      add(shard, key);
    }
    await(key, waiter);
  }

  /** Revokes the copies of all entities of a shard. */
  void recall(int shard, Waiter waiter) {
    Map<EntityKey, Long> keys = held.remove(shard);
    if (keys != null) {
      count -= keys.size();
      keys.keySet().forEach(key -> add(shard, key));
    }
    for (Batch batch : unacknowledged.values()) {
      batch.shards.forEach((key, in) -> {
        if (!batch.over && in == shard) {
          join(batch, key, waiter);
        }
      });
    }
  }

  private void add(int shard, EntityKey key) {
    Batch batch = open;
    if (batch == null || batch.waiters.size() >= PeerMessage.KEYS) {
      batch = new Batch(++batches);
      unacknowledged.put(batch.number, batch);
      open = batch;
    }
    batch.deadlineNanos = promisedUntilNanos;
    if (batch.waiters.putIfAbsent(key, new ArrayList<>(1)) == null) {
      pendingKeys++;
    }
    batch.shards.put(key, shard);
  }

  private void await(EntityKey key, Waiter waiter) {
    for (Batch batch : unacknowledged.values()) {
      if (!batch.over && batch.waiters.containsKey(key)) {
        join(batch, key, waiter);
      }
    }
  }

  private static void join(Batch batch, EntityKey key, Waiter waiter) {
    Objects.requireNonNull(batch.waiters.get(key)).add(waiter);
    waiter.left++;
    waiter.copies++;
  }

  /** What was revoked and not sent yet, or sent long enough ago; it counts as sent now. */
  List<Revocation> due(long nowNanos, long resendNanos) {
    open = null;
    List<Revocation> due = new ArrayList<>();
    for (Batch batch : unacknowledged.values()) {
      if (!batch.sent || nowNanos - batch.sentNanos >= resendNanos) {
        batch.sent = true;
        batch.sentNanos = nowNanos;
        due.add(batch.message());
      }
    }
    return due;
  }

  /** All that was not acknowledged; nothing is added to it any more. */
  List<Revocation> carried() {
    open = null;
    return unacknowledged.values().stream().map(Batch::message).toList();
  }

  /** Answers those for whom nothing is left to wait for. */
  List<Waiter> acknowledged(long revocation, List<Integer> uses) {
    Batch batch = unacknowledged.remove(revocation);
    if (batch == null) {
      return List.of();
    }
    open = batch == open ? null : open;
    pendingKeys -= batch.waiters.size();
    return end(batch, uses);
  }

  private static List<Waiter> end(Batch batch, List<Integer> uses) {
    if (batch.over) {
      return List.of();
    }
    batch.over = true;
    List<Waiter> ended = new ArrayList<>();
    int index = 0;
    for (List<Waiter> waiters : batch.waiters.values()) {
      int used = index < uses.size() ? uses.get(index) : 0;
      index++;
      for (Waiter waiter : waiters) {
        waiter.left--;
        waiter.uses += used;
        if (waiter.over()) {
          ended.add(waiter);
        }
      }
      waiters.clear();
    }
    return ended;
  }

  /**
   * Whose copies cannot be read any more: the session, as it was promised when they were revoked,
   * is over.
   */
  List<Waiter> expired(long nowNanos) {
    List<Waiter> ended = new ArrayList<>();
    for (Batch batch : unacknowledged.values()) {
      if (!batch.over && nowNanos - batch.deadlineNanos > 0) {
        open = batch == open ? null : open;
        ended.addAll(end(batch, List.of()));
      }
    }
    return ended;
  }

  /** The reader keeps no copy under it any more, or cannot read one. */
  List<Waiter> close() {
    List<Waiter> ended = new ArrayList<>();
    unacknowledged.values().forEach(batch -> ended.addAll(end(batch, List.of())));
    unacknowledged.clear();
    held.clear();
    open = null;
    count = 0;
    pendingKeys = 0;
    closed = true;
    return ended;
  }
}
