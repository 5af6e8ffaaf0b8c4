package dev.holdfast.verify.peers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The peers there are; in the order in which tables show them. */
enum Kind {
  HOLDFAST("holdfast"),
  HOLDFAST_NO_COPIES("holdfast-no-copies"),
  HOLDFAST_SQLITE("holdfast-sqlite"),
  PEKKO("pekko"),
  PEKKO_DURABLE("pekko-durable"),
  INFINISPAN("infinispan"),
  DATABASE("database"),
  REDIS("redis"),
  /** A program of its own, which prints what it measured. */
  ELIXIR("elixir-global"),
  MAP("map"),
  LOOPBACK("loopback"),
  /** Measured by {@link DatabaseBest}. */
  DATABASE_BEST("database-best");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  boolean does(Task task) {
    return switch (this) {
      case HOLDFAST, PEKKO_DURABLE, INFINISPAN -> true;
      case HOLDFAST_SQLITE -> task != Task.CHANGED_MEMORY;
      case HOLDFAST_NO_COPIES -> task != Task.CHANGED_MEMORY && !Task.FAILOVERS.contains(task);
      // It keeps nothing elsewhere, so every read there is a first one; and its clients all wait.
      case ELIXIR ->
        task != Task.GET_FIRST
            && task != Task.PACED
            && task != Task.CHANGED_MEMORY
            && task != Task.FAILOVER_CLOSE;
      case PEKKO -> !Task.CHANGES.contains(task);
      case DATABASE, REDIS ->
        task != Task.ACTIVATE
            && !Task.MEMORIES.contains(task)
            && task != Task.GET_FIRST
            && !Task.FAILOVERS.contains(task);
      case MAP -> task == Task.GET_OWN || task == Task.YCSB_C || task == Task.MEMORY;
      case LOOPBACK -> task == Task.GET_ELSEWHERE;
      case DATABASE_BEST -> task == Task.SET;
    };
  }

  /** Starts its nodes, or those of them that are to be in this process. */
  Peer start(Setting setting) {
    return switch (this) {
      case HOLDFAST -> HoldfastPeer.onPostgres(setting);
      case HOLDFAST_NO_COPIES -> HoldfastPeer.withoutCopies(setting);
      case HOLDFAST_SQLITE -> HoldfastPeer.embedded(setting);
      case PEKKO -> PekkoPeer.inMemory(setting);
      case PEKKO_DURABLE -> PekkoDurablePeer.start(setting);
      case INFINISPAN -> InfinispanPeer.start(setting);
      case DATABASE -> DatabasePeer.start(setting);
      case REDIS -> RedisPeer.start(setting);
      case MAP -> new MapPeer();
      case LOOPBACK -> new LoopbackPeer();
      case ELIXIR, DATABASE_BEST -> throw new IllegalStateException(label + " cannot be called");
    };
  }

  /** Whether it is there for comparison of one number, and knows no nodes. */
  boolean isLimit() {
    return this == MAP || this == LOOPBACK || this == DATABASE_BEST;
  }

  /** Where tables show it. */
  int rank() {
    return List.of(values()).indexOf(this);
  }

  static Optional<Kind> named(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
  }

  static String labels() {
    return Arrays.stream(values()).map(Kind::label).collect(Collectors.joining(", "));
  }
}
