package dev.holdfast.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.holdfast.Entity;
import dev.holdfast.protocol.Copies;
import dev.holdfast.protocol.Copies.Input;
import dev.holdfast.protocol.Copies.Output;
import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Revocation;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The copies that this node keeps of entities which others own. Carries out what {@link Copies}
 * says; the order of what it says is kept by doing it under one lock. Readers take no lock.
 * Thread-safe.
 *
 * <p>Bounded by weight: half of the memory of a copy is the value it holds, so values are what is
 * weighed. What must go first is decided by Caffeine, by use.
 */
final class Copying {
  /** What a copy takes beside its text: the objects around it, and its place in the maps. */
  private static final int OVERHEAD = 400;

  private final long epoch;
  private final Copies machine;
  private final Ticker ticker;
  private final Map<String, TypeRules<?>> rules;
  private final BiConsumer<String, PeerMessage> tell;
  private final CopyMeters meters;
  private final Map<String, Cache<String, Copy>> kept;
  private final Map<Long, Copy.Session> sessions = new HashMap<>();
  private final Queue<Evicted> evicted = new ConcurrentLinkedQueue<>();
  private boolean over;

  private record Evicted(EntityKey key, Copy copy) {}

  /**
   * Keeps nothing yet.
   *
   * @param self this node's address
   * @param bytes how much memory the copies may take, roughly; 0 to keep none
   * @param tell sends a message to the node at an address
   */
  Copying(
      long epoch,
      String self,
      CopyTerms terms,
      long bytes,
      Ticker ticker,
      Map<String, TypeRules<?>> rules,
      BiConsumer<String, PeerMessage> tell,
      CopyMeters meters) {
    this.epoch = epoch;
    this.machine = new Copies(epoch, self, terms);
    this.ticker = ticker;
    this.rules = rules;
    this.tell = tell;
    this.meters = meters;
    this.over = bytes == 0;
    long each = bytes / Math.max(1, rules.size());
    this.kept = rules.keySet().stream()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), type -> cache(type, each)));
  }

  private Cache<String, Copy> cache(String type, long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((String id, Copy copy) -> copy.weight())
        .executor(Runnable::run)
        .evictionListener((@Nullable String id, @Nullable Copy copy, RemovalCause cause) ->
            left(type, Objects.requireNonNull(id), Objects.requireNonNull(copy)))
        .build();
  }

  /** Within the removal, so that nobody finds it gone and not marked. */
  private void left(String type, String id, Copy copy) {
    copy.revoke();
    meters.evicted();
    evicted.add(new Evicted(new EntityKey(type, id), copy));
  }

  /** The copy, readable or not; null if there is none. Takes no lock. */
  @Nullable Copy find(String type, String id) {
    Cache<String, Copy> copies = kept.get(type);
    return copies == null ? null : copies.getIfPresent(id);
  }

  /** How many copies there are. */
  synchronized int count() {
    return machine.count();
  }

  /** What the copies take in memory, in bytes, roughly. */
  long weight() {
    return kept.values().stream()
        .flatMap(copies -> copies.policy().eviction().stream())
        .mapToLong(eviction -> eviction.weightedSize().orElse(0))
        .sum();
  }

  /** A read is about to be sent: by whom a copy would be kept; null if none would. */
  synchronized Request.@Nullable Fill asked(EntityKey key, long nonce) {
    if (over) {
      return null;
    }
    step(new Input.Asked(key, nonce));
    return new Request.Fill(epoch, nonce);
  }

  /** The answer to what was sent under that nonce has come. */
  void answered(EntityKey key, long nonce, Answer.Done done) {
    Answer.Grant grant = done.grant();
    Entity<?> entity = grant == null || grant.session() == 0 ? null : decoded(key, done);
    synchronized (this) {
      if (grant == null || over) {
        step(new Input.Over(nonce));
        return;
      }
      for (Output output : machine.step(ticker.nanos(), new Input.Answered(nonce, grant))) {
        if (output instanceof Output.Keep keep) {
          keep(keep, entity, done);
        } else {
          perform(output);
        }
      }
    }
  }

  private @Nullable Entity<?> decoded(EntityKey key, Answer.Done done) {
    TypeRules<?> type = rules.get(key.type());
    String json = done.json();
    Object value = type == null || json == null ? null : type.value(json);
    return value == null
        ? null
        : new Entity<>(
            key.type(), key.id(), value, done.revision(), done.owner(), Entity.Source.COPY);
  }

  private void keep(Output.Keep keep, @Nullable Entity<?> entity, Answer.Done done) {
    EntityKey key = keep.key();
    Copy.Session session = sessions.get(keep.owner());
    Cache<String, Copy> copies = kept.get(key.type());
    String json = done.json();
    if (entity == null || session == null || copies == null || json == null) {
      step(new Input.Evicted(keep.owner(), key, keep.nonce()));
      return;
    }
    int weight = OVERHEAD + 2 * (key.id().length() + json.length());
    Copy copy = new Copy(entity, session, keep.nonce(), weight);
    Copy before = copies.asMap().put(key.id(), copy);
    if (before != null) {
      before.revoke();
      step(new Input.Evicted(before.session().owner(), key, before.nonce()));
    }
  }

  /** The call that was sent under those nonces is over. */
  synchronized void over(List<Long> nonces) {
    nonces.forEach(nonce -> step(new Input.Over(nonce)));
  }

  synchronized void told(PeerMessage message) {
    step(new Input.Told(message));
  }

  /** To be called often. */
  synchronized void tick() {
    for (Evicted gone = evicted.poll(); gone != null; gone = evicted.poll()) {
      step(new Input.Evicted(gone.copy.session().owner(), gone.key, gone.copy.nonce()));
    }
    step(new Input.Tick());
  }

  synchronized void live(Set<Long> epochs) {
    step(new Input.Live(epochs));
  }

  /** Keeps nothing from now on: this life is over. */
  synchronized void end() {
    over = true;
    sessions.values().forEach(session -> session.end(ticker.nanos()));
    kept.values().forEach(Cache::invalidateAll);
  }

  private void step(Input input) {
    if (!over) {
      machine.step(ticker.nanos(), input).forEach(this::perform);
    }
  }

  private void perform(Output output) {
    if (output instanceof Output.Tell message) {
      tell.accept(message.address(), message.message());
    } else if (output instanceof Output.Extend extend) {
      sessions
          .computeIfAbsent(extend.owner(), owner -> new Copy.Session(owner, ticker.nanos()))
          .extend(extend.untilNanos());
    } else if (output instanceof Output.Discard discard) {
      discard(discard);
    } else if (output instanceof Output.End end) {
      Copy.Session session = sessions.remove(end.owner());
      if (session != null) {
        session.end(ticker.nanos());
      }
      end.keys().forEach(this::discard);
    }
  }

  private void discard(Output.Discard discard) {
    Revocation revocation = discard.revocation();
    List<Integer> uses = new ArrayList<>(revocation.keys().size());
    revocation.keys().forEach(key -> uses.add(discard(key)));
    tell.accept(discard.address(), discard.acknowledgement().having(uses));
  }

  /** Answers how often it had been read. */
  private int discard(EntityKey key) {
    Cache<String, Copy> copies = kept.get(key.type());
    Copy copy = copies == null ? null : copies.asMap().remove(key.id());
    if (copy == null) {
      return 0;
    }
    copy.revoke();
    return copy.uses();
  }
}
