package dev.holdfast.verify.peers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Three nodes in processes of their own, the youngest of which is killed, frozen or closed in
 * order, while another is asked for all entities all the time: for changes if the peer makes any,
 * else for reads. What counts is the longest that an entity gave no answer, wherever it lived. Used
 * by one thread.
 */
final class Failover {
  /** So few that two of them still are a majority, which some peers go by. */
  static final int NODES = 3;

  private static final int OTHER = 1;
  private static final int VICTIM = 2;
  private static final int ENTITIES = 60;
  private static final int FAIR_SHARE = ENTITIES / NODES / 2;
  private static final Duration MEETING = Duration.ofSeconds(3);
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  private final Kind kind;
  private final Setting setting;
  private final Task event;
  private final Duration warmUp;
  private final AtomicLong values = new AtomicLong();

  /** Nothing is started yet. */
  Failover(Kind kind, Setting setting, Task event) {
    this(kind, setting, event, WARM_UP);
  }

  /**
   * For tests.
   *
   * @param warmUp how long entities are asked before something happens
   */
  Failover(Kind kind, Setting setting, Task event, Duration warmUp) {
    this.kind = kind;
    this.setting = setting;
    this.event = event;
    this.warmUp = warmUp;
  }

  Measurement measure() {
    List<String> ids = Measuring.ids(ENTITIES);
    try (Peer peer = kind.start(setting.only(0));
        NodeProcess other = NodeProcess.start(kind, setting.only(OTHER));
        NodeProcess victim = NodeProcess.start(kind, setting.only(VICTIM))) {
      rest(MEETING);
      Batches.run(ENTITIES, ENTITIES, i -> call(peer, ids.get(i)));
      Waiting.until("each node has its share", PATIENCE, () -> hasShare(peer, ids));
      try (Silences silences = new Silences(ids, id -> call(peer, id))) {
        rest(warmUp);
        silences.begin();
        happen(victim);
        Waiting.until("the node has ended", PATIENCE, () -> isOver(victim));
        long over = System.nanoTime();
        Waiting.until("all entities answer", PATIENCE, () -> silences.allHaveAnsweredSince(over));
        rest(AFTERWARDS);
        if (other.hasEnded()) {
          throw new IllegalStateException("another node has ended, too");
        }
        return measurement(silences);
      }
    }
  }

  private CompletableFuture<?> call(Peer peer, String id) {
    return kind.does(Task.SET) ? peer.set(0, id, values.incrementAndGet()) : peer.get(0, id);
  }

  private static boolean hasShare(Peer peer, List<String> ids) {
    return ids.stream().filter(id -> peer.owner(0, id) == VICTIM).count() >= FAIR_SHARE;
  }

  private void happen(NodeProcess victim) {
    switch (event) {
      case FAILOVER_KILL -> victim.kill();
      case FAILOVER_FREEZE -> victim.freeze();
      case FAILOVER_CLOSE -> victim.askToEnd();
      default -> throw new IllegalStateException(event + " happens to no node");
    }
  }

  private boolean isOver(NodeProcess victim) {
    return event == Task.FAILOVER_FREEZE || victim.hasEnded();
  }

  private static void rest(Duration time) {
    Clients.rest(time.toNanos());
  }

  private Measurement measurement(Silences silences) {
    return new Measurement(
        kind.label(),
        event.label(),
        0,
        ENTITIES,
        null,
        NODES,
        silences.longestNanos() / 1e3,
        null,
        null,
        null,
        null,
        silences.failed(),
        0);
  }
}
