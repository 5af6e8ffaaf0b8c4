package dev.holdfast.runtime;

import dev.holdfast.protocol.ClaimState;
import dev.holdfast.protocol.ShardClaim;
import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.protocol.ShardClaim.Output;
import dev.holdfast.protocol.ShardClaim.Raised;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards this node owns, by the word of the database. Carries out what each shard's
 * {@link ShardClaim} says; decides nothing.
 *
 * <p>Thread-safe. A machine is stepped under its own lock, and what it says of holds is carried out
 * under it as well; statements, pauses and answers are so after the lock is left.
 */
final class Claims implements Claim.Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

  private final Arbiter arbiter;
  private final long epoch;
  private final LeaseGuard lease;
  private final Ticker ticker;
  private final ScheduledExecutorService threads;
  private final Recall recall;
  private final Map<Integer, Shard> shards = new ConcurrentHashMap<>();
  private final Map<Integer, Claim> held = new ConcurrentHashMap<>();
  private final Map<Integer, Runnable> lost = new ConcurrentHashMap<>();
  private final AtomicLong tickets = new AtomicLong();

  /** Makes an end of all copies of a shard's entities. */
  interface Recall {
    /** Makes it; {@code then} runs when no copy is left, perhaps before this returns. */
    void recall(int shard, Runnable then);
  }

  /** One shard's machine, and who waits for its answers. Guarded by itself. */
  private final class Shard {
    final int number;
    final ShardClaim machine = new ShardClaim(epoch);
    final Map<Long, CompletableFuture<Boolean>> orders = new HashMap<>();
    final Map<Long, Consumer<Optional<Boolean>>> raises = new HashMap<>();

    Shard(int number) {
      this.number = number;
    }
  }

  Claims(
      Arbiter arbiter,
      long epoch,
      LeaseGuard lease,
      Ticker ticker,
      ScheduledExecutorService threads,
      Recall recall) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.lease = lease;
    this.ticker = ticker;
    this.threads = threads;
    this.recall = recall;
  }

  Optional<Claim> held(int shard) {
    return Optional.ofNullable(held.get(shard));
  }

  int count() {
    return held.size();
  }

  /** How many shards' claims are at that. */
  int count(Predicate<ClaimState> at) {
    int count = 0;
    for (Shard shard : shards.values()) {
      synchronized (shard) {
        count += at.test(shard.machine.state()) ? 1 : 0;
      }
    }
    return count;
  }

  void onLost(int shard, Runnable callback) {
    lost.put(shard, callback);
  }

  /**
   * Takes the claim; answers false after a long while, or if the node is dead. Waits inside as long
   * as a live node holds it, since the engine would otherwise pause for long before it asks again.
   */
  CompletableFuture<Boolean> acquire(int shard) {
    return ordered(shard, new Input.Take(tickets.incrementAndGet()));
  }

  /** Gives the claim back, once no write under it is in flight. */
  CompletableFuture<Boolean> release(int shard) {
    return ordered(shard, new Input.Give(tickets.incrementAndGet()));
  }

  private CompletableFuture<Boolean> ordered(int number, Input order) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Shard shard = shard(number);
    synchronized (shard) {
      shard.orders.put(
          order instanceof Input.Take take ? take.ticket() : ((Input.Give) order).ticket(), result);
    }
    step(shard, order);
    return result;
  }

  /**
   * Raises the token, after which no write sent under {@code seenToken} can commit; at once if that
   * has been done already. Answers false after a pause if the database does not, and calls back
   * with nothing to tell if the claim is gone.
   */
  void raise(Claim claim, long seenToken, Consumer<Optional<Boolean>> then) {
    long ticket = tickets.incrementAndGet();
    Shard shard = shard(claim.shard());
    synchronized (shard) {
      shard.raises.put(ticket, then);
    }
    step(shard, new Input.Raise(ticket, claim.hold(), seenToken));
  }

  @Override
  public boolean enter(int number, Input.Enter enter) {
    Shard shard = shard(number);
    synchronized (shard) {
      return !shard.machine.step(ticker.nanos(), enter).isEmpty();
    }
  }

  @Override
  public void left(int shard, Input.Left left) {
    step(shard(shard), left);
  }

  /** Tells each machine what the database says of its shard. Called by one thread. */
  void review(List<ClaimRow> rows) {
    Set<Long> live = rows.stream().allMatch(row -> row.wantedBy() == 0) ? Set.of() : live();
    for (ClaimRow row : rows) {
      boolean wanterLives = live.contains(row.wantedBy());
      step(
          shard(row.shard()),
          new Input.Review(row.owner(), row.token(), row.wantedBy(), wanterLives));
    }
  }

  private Set<Long> live() {
    return arbiter.nodes().stream()
        .filter(node -> node.state().live())
        .map(NodeRow::epoch)
        .collect(Collectors.toSet());
  }

  /** Holds nothing any more, without a word to the database: this epoch is dead. */
  void drop() {
    shards.values().forEach(shard -> step(shard, new Input.Died()));
  }

  private Shard shard(int number) {
    return shards.computeIfAbsent(number, Shard::new);
  }

  private void step(Shard shard, Input input) {
    List<Runnable> rest = new ArrayList<>(2);
    synchronized (shard) {
      for (Output output : shard.machine.step(ticker.nanos(), input)) {
        perform(shard, output, rest);
      }
    }
    rest.forEach(Runnable::run);
  }

  private void perform(Shard shard, Output output, List<Runnable> rest) {
    int number = shard.number;
    if (output instanceof Output.Began began) {
      held.put(number, new Claim(number, began.hold(), began.token(), this));
    } else if (output instanceof Output.Token token) {
      held(number).ifPresent(claim -> claim.raised(token.token()));
    } else if (output instanceof Output.Closed) {
      Optional.ofNullable(held.remove(number)).ifPresent(Claim::closed);
    } else if (output instanceof Output.Recall copies) {
      Input recalled = new Input.Recalled(copies.hold());
      rest.add(() -> recall.recall(number, () -> step(shard, recalled)));
    } else if (output instanceof Output.Took took) {
      ended(shard, took.ticket(), took.held(), rest);
    } else if (output instanceof Output.Gave gave) {
      ended(shard, gave.ticket(), gave.given(), rest);
    } else if (output instanceof Output.RaiseEnded end) {
      Consumer<Optional<Boolean>> then = Objects.requireNonNull(shard.raises.remove(end.ticket()));
      Optional<Boolean> raised =
          end.raised() == Raised.GONE ? Optional.empty() : Optional.of(end.raised() == Raised.YES);
      rest.add(() -> run(() -> then.accept(raised)));
    } else if (output instanceof Output.Lost) {
      LOG.info("the claim on shard {} is gone", number);
      rest.add(() -> end(number));
    } else if (output instanceof Output.Yield yield) {
      LOG.info("shard {} is wanted by epoch {}; yielding", number, yield.wantedBy());
      rest.add(() -> end(number));
    } else {
      rest.add(() -> ask(shard, output));
    }
  }

  private void ended(Shard shard, long ticket, boolean how, List<Runnable> rest) {
    CompletableFuture<Boolean> order = Objects.requireNonNull(shard.orders.remove(ticket));
    rest.add(() -> order.complete(how));
  }

  private void end(int shard) {
    Runnable callback = lost.get(shard);
    if (callback != null) {
      run(callback);
    }
  }

  private void ask(Shard shard, Output output) {
    int number = shard.number;
    if (output instanceof Output.Claim claim) {
      asked(
          shard, claim.call(), () -> new Input.Claimed(claim.call(), arbiter.claim(number, epoch)));
    } else if (output instanceof Output.Barrier barrier) {
      asked(
          shard,
          barrier.call(),
          () -> new Input.Barred(barrier.call(), arbiter.barrier(number, epoch, barrier.token())));
    } else if (output instanceof Output.Release release) {
      asked(shard, release.call(), () -> {
        arbiter.release(number, epoch, release.token());
        return new Input.Released(release.call());
      });
    } else if (output instanceof Output.Look look) {
      asked(shard, look.call(), () -> {
        ClaimRow row = arbiter.claim(number).orElse(new ClaimRow(number, 0, 0, 0));
        return new Input.Seen(look.call(), row.owner(), row.token());
      });
    } else if (output instanceof Output.Pause pause) {
      long millis = TimeUnit.NANOSECONDS.toMillis(pause.nanos());
      Threads.later(threads, millis, () -> replied(shard, new Input.Woken(pause.call())));
    }
  }

  private void asked(Shard shard, long call, Supplier<Input> statement) {
    run(() -> {
      Input reply;
      try {
        reply = statement.get();
      } catch (RuntimeException e) { // whatever it is: the shard's orders must go on
        LOG.debug("claim of shard {}: {}", shard.number, e.getMessage());
        reply = new Input.Failed(call);
      }
      replied(shard, reply);
    });
  }

  private void run(Runnable task) {
    Threads.later(threads, 0, task);
  }

  /** A dead epoch is not to be noticed by replies alone, which may never come. */
  private void replied(Shard shard, Input reply) {
    step(shard, lease.dead() ? new Input.Died() : reply);
  }
}
