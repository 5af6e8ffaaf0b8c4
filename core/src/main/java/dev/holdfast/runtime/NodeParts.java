package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What the workers of one node share.
 *
 * @param name the node's name
 * @param address where other nodes reach it
 * @param rules of the types it serves, by name
 * @param live what lives here, by type and id
 * @param whatIsWrong why the node does not serve, for people
 */
record NodeParts(
    String name,
    String address,
    long epoch,
    Ticker ticker,
    LeaseGuard lease,
    Claims claims,
    Granting granting,
    Feeds feeds,
    Resting resting,
    StoreAccess store,
    OperationsJson operations,
    Map<String, TypeRules<?>> rules,
    Map<String, Map<String, LiveEntity>> live,
    ScheduledExecutorService timer,
    Metrics metrics,
    Supplier<String> whatIsWrong) {
  private static final long PAUSE_MILLIS = 100;

  Map<String, LiveEntity> live(String type) {
    return of(type, live);
  }

  TypeRules<?> rules(String type) {
    return of(type, rules);
  }

  private static <T> T of(String type, Map<String, T> all) {
    T one = all.get(type);
    if (one == null) {
      throw new IllegalArgumentException("no type " + type);
    }
    return one;
  }

  String trouble() {
    return whatIsWrong.get();
  }

  /** Runs the task after the pause that follows a failure of the database. */
  void later(Runnable task) {
    Threads.later(timer, PAUSE_MILLIS, task);
  }
}
