package dev.holdfast.runtime;

import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.protocol.Grants;
import dev.holdfast.protocol.Grants.Input;
import dev.holdfast.protocol.Grants.Output;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The copies that other nodes keep of entities which this one owns. Carries out what {@link Grants}
 * says. A revocation is sent at once, while the caller sees to its commit; those that follow within
 * a millisecond go to each reader in one message, sent by a thread of its own.
 *
 * <p>Thread-safe. The machine is stepped under a lock; callbacks run after it is left.
 */
final class Granting {
  /** Told when no copy is left. */
  interface Gone {
    /**
     * No copy is left.
     *
     * @param copies how many there were
     * @param uses how often they had been read, as far as that was counted
     */
    void gone(int copies, int uses);
  }

  private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Grants machine;
  private final LeaseGuard lease;
  private final Ticker ticker;
  private final ScheduledExecutorService thread;
  private final BiConsumer<String, PeerMessage> tell;
  private final CopyMeters meters;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private final Map<Long, Gone> waiting = new HashMap<>();
  private long tickets;
  private volatile long flushedNanos;

  Granting(
      long epoch,
      CopyTerms terms,
      ToIntFunction<EntityKey> shardOf,
      LeaseGuard lease,
      Ticker ticker,
      ScheduledExecutorService thread,
      BiConsumer<String, PeerMessage> tell,
      CopyMeters meters) {
    this.machine = new Grants(epoch, terms, shardOf);
    this.lease = lease;
    this.ticker = ticker;
    this.thread = thread;
    this.tell = tell;
    this.meters = meters;
    this.flushedNanos = ticker.nanos() - TOGETHER_NANOS;
  }

  /**
   * Records a grant, unless the claim is being given up: from then on its copies are recalled.
   *
   * @return the session it is under; 0 if there is none
   */
  synchronized long grant(Claim claim, EntityKey key, Request.Fill fill) {
    if (!claim.held()) {
      return 0;
    }
    List<Output> outputs =
        machine.step(ticker.nanos(), new Input.Grant(key, fill.reader(), fill.nonce()));
    long session = ((Output.Granted) outputs.get(0)).session();
    if (session != 0) {
      meters.granted();
    }
    return session;
  }

  /** Makes an end of all copies of an entity; {@code then} may run before this returns. */
  void revoke(EntityKey key, Gone then) {
    ask(ticket -> new Input.Revoke(ticket, key), timed(then));
  }

  /** Makes an end of all copies of a shard's entities; {@code then} may run before this returns. */
  void recall(int shard, Runnable then) {
    ask(ticket -> new Input.Recall(ticket, shard), timed((copies, uses) -> then.run()));
  }

  private Gone timed(Gone then) {
    long began = ticker.nanos();
    return (copies, uses) -> {
      if (copies > 0) {
        meters.revoked(copies, ticker.nanos() - began);
      }
      then.gone(copies, uses);
    };
  }

  private interface Asking {
    Input under(long ticket);
  }

  private void ask(Asking asking, Gone then) {
    List<Runnable> rest = new ArrayList<>(1);
    boolean waits;
    synchronized (this) {
      long ticket = ++tickets;
      waiting.put(ticket, then);
      perform(machine.step(ticker.nanos(), asking.under(ticket)), rest);
      waits = waiting.containsKey(ticket);
    }
    if (waits && flushing.compareAndSet(false, true)) {
      if (ticker.nanos() - flushedNanos >= TOGETHER_NANOS) {
        flush();
      } else {
        Threads.later(thread, 0, this::flush);
      }
    }
    rest.forEach(Runnable::run);
  }

  private void flush() {
    flushing.set(false);
    flushedNanos = ticker.nanos();
    tick();
  }

  void told(PeerMessage message) {
    step(new Input.Told(message, lease.leftNanos()));
  }

  /** To be called often. */
  void tick() {
    step(new Input.Tick());
  }

  void live(Set<Long> epochs) {
    step(new Input.Live(epochs));
  }

  /** How many copies there may be. */
  synchronized int count() {
    return machine.count();
  }

  /** Whether somebody may be reading a copy at this moment. */
  synchronized boolean readable() {
    return machine.readable(ticker.nanos());
  }

  private void step(Input input) {
    List<Runnable> rest = new ArrayList<>();
    synchronized (this) {
      perform(machine.step(ticker.nanos(), input), rest);
    }
    rest.forEach(Runnable::run);
  }

  private void perform(List<Output> outputs, List<Runnable> rest) {
    for (Output output : outputs) {
      if (output instanceof Output.Tell message) {
        tell.accept(message.address(), message.message());
      } else if (output instanceof Output.Gone gone) {
        @Nullable Gone then = waiting.remove(gone.ticket());
        if (then != null) {
          rest.add(() -> then.gone(gone.copies(), gone.uses()));
        }
      }
    }
  }
}
