package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;

/**
 * What the contracts of a {@link Database} have in common. Whoever writes a database extends
 * {@link StoreContract} and {@link ArbiterContract} and says how to reach an empty one.
 */
public abstract class DatabaseContract {
  /** The number of shards that the contracts use. */
  protected static final int SHARDS = 16;

  static final Duration LEASE_TTL = Duration.ofMillis(2_500);

  private static final int PATIENCE_SECONDS = 30;

  private final List<Database> databases = new ArrayList<>();

  /** Made by the test framework. */
  protected DatabaseContract() {}

  /**
   * Prepares access to the test's own database, which is empty when the test begins; the same one
   * each time the test asks, as several nodes would. The contract opens and closes it.
   */
  protected abstract Database connect();

  @AfterEach
  final void closeAll() {
    databases.forEach(Database::close);
  }

  /** A registered node. */
  record Node(Database database, long epoch, String uuid) {
    /** Takes a free claim. */
    long claim(int shard) {
      return database.arbiter().claim(shard, epoch).orElseThrow();
    }

    boolean renew() {
      return database.arbiter().renew(epoch, uuid, java.util.Set.of());
    }
  }

  /** Connects, as one more node, without opening. */
  final synchronized Database connected() {
    Database database = connect();
    databases.add(database);
    return database;
  }

  /** Connects and opens, as one more node. */
  final Database opened() {
    Database database = connected();
    database.arbiter().open(SHARDS, Arbiter.HASH_VERSION);
    return database;
  }

  static OptionalLong register(Database database, String uuid, String name) {
    return database.arbiter().register(uuid, name, "engine://" + name, "http://" + name, LEASE_TTL);
  }

  /** Registers a node that must not be refused. */
  static Node node(Database database, String name) {
    String uuid = UUID.randomUUID().toString();
    OptionalLong epoch = register(database, uuid, name);
    assertThat(epoch).as("the epoch of " + name).isPresent();
    return new Node(database, epoch.getAsLong(), uuid);
  }

  /** Does things at the same time, each in a thread of its own, and returns what each returned. */
  static <T> List<T> race(int threads, IntFunction<Callable<T>> things) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Callable<T> thing = things.apply(i);
        futures.add(executor.submit(() -> {
          start.await();
          return thing.call();
        }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      }
      return results;
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a racing thread failed", e);
    } finally {
      executor.shutdownNow();
    }
  }
}
