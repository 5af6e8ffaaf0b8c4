package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Ticker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards this node owns, by the word of the database.
 *
 * <p>Taking waits inside, as long as a live node holds the claim, since the engine would otherwise
 * pause for long before it asks again. Takes and gives of one shard run one after the other in the
 * order they were asked for, so that a late give cannot undo a fresh take. A give waits for the
 * writes in flight, then repeats until the database has answered or the node is dead.
 *
 * <p>Thread-safe.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final long POLL_MILLIS = 20;
  private static final long PAUSE_MILLIS = 100;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** For how long another node must have wanted a claim before it is yielded. */
  private static final long YIELD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Arbiter arbiter;
  private final long epoch;
  private final LeaseGuard lease;
  private final Ticker ticker;
  private final ScheduledExecutorService threads;
  private final Map<Integer, Claim> held = new ConcurrentHashMap<>();
  private final Map<Integer, Runnable> lost = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Boolean>> tails = new HashMap<>();
  private final Map<Integer, Long> wantedSince = new HashMap<>();

  Claims(
      Arbiter arbiter,
      long epoch,
      LeaseGuard lease,
      Ticker ticker,
      ScheduledExecutorService threads) {
    this.arbiter = arbiter;
    this.epoch = epoch;
    this.lease = lease;
    this.ticker = ticker;
    this.threads = threads;
  }

  Optional<Claim> held(int shard) {
    return Optional.ofNullable(held.get(shard));
  }

  int count() {
    return held.size();
  }

  void onLost(int shard, Runnable callback) {
    lost.put(shard, callback);
  }

  CompletableFuture<Boolean> acquire(int shard) {
    return queued(shard, () -> {
      CompletableFuture<Boolean> result = new CompletableFuture<>();
      long until = ticker.nanos() + PATIENCE_NANOS;
      threads.execute(() -> tryAcquire(shard, until, result));
      return result;
    });
  }

  private void tryAcquire(int shard, long untilNanos, CompletableFuture<Boolean> result) {
    if (lease.dead()) {
      result.complete(false);
      return;
    }
    long pause = POLL_MILLIS;
    try {
      OptionalLong token = arbiter.claim(shard, epoch);
      if (token.isPresent()) {
        held.put(shard, new Claim(shard, token.getAsLong()));
        result.complete(true);
        return;
      }
    } catch (RuntimeException e) { // whatever it is: the shard's queue must go on
      LOG.debug("claim of shard {}: {}", shard, e.getMessage());
      pause = PAUSE_MILLIS;
    }
    if (ticker.nanos() - untilNanos >= 0) {
      result.complete(false);
    } else {
      later(pause, () -> tryAcquire(shard, untilNanos, result));
    }
  }

  CompletableFuture<Boolean> release(int shard) {
    return queued(shard, () -> {
      CompletableFuture<Boolean> result = new CompletableFuture<>();
      Claim claim = held.remove(shard);
      if (claim == null) {
        result.complete(true);
      } else {
        claim.close(() -> threads.execute(() -> tryRelease(claim, result)));
      }
      return result;
    });
  }

  private void tryRelease(Claim claim, CompletableFuture<Boolean> result) {
    if (lease.dead()) {
      result.complete(false);
      return;
    }
    try {
      if (released(claim)) {
        result.complete(true);
      } else {
        later(POLL_MILLIS, () -> tryRelease(claim, result));
      }
    } catch (RuntimeException e) {
      LOG.debug("release of shard {}: {}", claim.shard(), e.getMessage());
      later(PAUSE_MILLIS, () -> tryRelease(claim, result));
    }
  }

  /** A barrier that nobody heard of may have raised the token, so that nothing was released. */
  private boolean released(Claim claim) {
    synchronized (claim.tokenLock()) {
      arbiter.release(claim.shard(), epoch, claim.token());
      Optional<ClaimRow> row = arbiter.claim(claim.shard()).filter(r -> r.owner() == epoch);
      row.ifPresent(ours -> claim.raised(ours.token()));
      return row.isEmpty();
    }
  }

  private CompletableFuture<Boolean> queued(int shard, Supplier<CompletableFuture<Boolean>> task) {
    synchronized (tails) {
      CompletableFuture<Boolean> tail =
          tails.getOrDefault(shard, CompletableFuture.completedFuture(true));
      CompletableFuture<Boolean> next =
          tail.handle((done, error) -> true).thenCompose(done -> task.get());
      tails.put(shard, next);
      return next;
    }
  }

  /**
   * Raises the token, after which no write sent under {@code seenToken} can commit; at once if that
   * has been done already. Answers false after a pause if the database does not, and calls back
   * with nothing to tell if the claim is gone.
   */
  void raise(Claim claim, long seenToken, Consumer<Optional<Boolean>> then) {
    threads.execute(() -> {
      Optional<Boolean> raised;
      try {
        raised = raised(claim, seenToken);
      } catch (RuntimeException e) {
        LOG.debug("barrier of shard {}: {}", claim.shard(), e.getMessage());
        later(PAUSE_MILLIS, () -> then.accept(Optional.of(false)));
        return;
      }
      then.accept(raised);
    });
  }

  private Optional<Boolean> raised(Claim claim, long seenToken) {
    synchronized (claim.tokenLock()) {
      if (!claim.held()) {
        return Optional.empty();
      }
      if (claim.token() != seenToken) {
        return Optional.of(true);
      }
      OptionalLong token = arbiter.barrier(claim.shard(), epoch, seenToken);
      if (token.isEmpty()) {
        // An earlier attempt may have raised it without our hearing of it; nobody else can have.
        Optional<ClaimRow> row = arbiter.claim(claim.shard()).filter(r -> r.owner() == epoch);
        token = row.map(r -> OptionalLong.of(r.token())).orElseGet(OptionalLong::empty);
      }
      token.ifPresent(claim::raised);
      return token.isPresent() ? Optional.of(true) : Optional.empty();
    }
  }

  /** Frees what the database says is ours though it is not: the reply to an acquire was lost. */
  private void giveBack(ClaimRow row) {
    var unused = queued(row.shard(), () -> {
      CompletableFuture<Boolean> result = new CompletableFuture<>();
      if (held.containsKey(row.shard())) {
        result.complete(true);
      } else {
        Claim stray = new Claim(row.shard(), row.token());
        threads.execute(() -> tryRelease(stray, result));
      }
      return result;
    });
  }

  /** The claim turned out to be gone: the engine is to end the shard. */
  void lose(Claim claim) {
    if (held.remove(claim.shard(), claim)) {
      LOG.info("the claim on shard {} is gone", claim.shard());
      claim.close(() -> {});
      ended(claim.shard());
    }
  }

  private void ended(int shard) {
    Runnable callback = lost.get(shard);
    if (callback != null) {
      threads.execute(callback);
    }
  }

  /**
   * Compares what this node holds with what the database says, and yields what another live node
   * has wanted for long: the placement of the engine then differs from the claim. Called by one
   * thread.
   *
   * @param able the epochs that may take a claim
   */
  void review(List<ClaimRow> rows, Set<Long> able) {
    long now = ticker.nanos();
    for (ClaimRow row : rows) {
      Claim claim = held.get(row.shard());
      boolean wanted = row.owner() == epoch && able.contains(row.wantedBy());
      if (claim == null && wanted) {
        giveBack(row);
      } else if (claim != null && row.owner() != epoch && row.token() >= claim.token()) {
        lose(claim);
      } else if (!wanted) {
        wantedSince.remove(row.shard());
      } else if (now - wantedSince.computeIfAbsent(row.shard(), s -> now) > YIELD_NANOS) {
        wantedSince.remove(row.shard());
        LOG.info("shard {} is wanted by epoch {}; yielding", row.shard(), row.wantedBy());
        ended(row.shard());
      }
    }
  }

  private void later(long millis, Runnable task) {
    Threads.later(threads, millis, task);
  }

  /** Holds nothing any more, without a word to the database: this epoch is dead. */
  void drop() {
    held.values().forEach(claim -> claim.close(() -> {}));
    held.clear();
  }
}
