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
    StoreAccess store,
    OperationsJson operations,
    Map<String, Map<String, LiveEntity>> live,
    Uses uses,
    ScheduledExecutorService timer,
    Metrics metrics,
    Supplier<String> whatIsWrong) {
  private static final long PAUSE_MILLIS = 100;

  Map<String, LiveEntity> live(String type) {
    Map<String, LiveEntity> entities = live.get(type);
    if (entities == null) {
      throw new IllegalArgumentException("no type " + type);
    }
    return entities;
  }

  String trouble() {
    return whatIsWrong.get();
  }

  /** Runs the task after the pause that follows a failure of the database. */
  void later(Runnable task) {
    Threads.later(timer, PAUSE_MILLIS, task);
  }
}
