package dev.holdfast.verify.peers;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A piece of work that peers are measured at; in the order in which tables show them. */
enum Task {
  GET_OWN("get-own", "A read at the node where the entity lives"),
  GET_ELSEWHERE("get-elsewhere", "A read at another node, of what was read there before"),
  GET_FIRST("get-first", "The first read at another node"),
  SET("set", "A change, at any node"),
  PACED("paced", "A change, at any node, begun when it is due, whether others are answered or not"),
  YCSB_A("ycsb-a", "YCSB A: half reads, half changes, at any node, zipfian"),
  YCSB_B("ycsb-b", "YCSB B: 95 % reads, 5 % changes, at any node, zipfian"),
  YCSB_C("ycsb-c", "YCSB C: reads only, at any node, zipfian"),
  ACTIVATE("activate", "The first read of an entity that is in nobody's memory, at any node"),
  MEMORY("memory", "Memory of a live entity, on one node"),
  CHANGED_MEMORY(
      "changed-memory", "The same, a few minutes after each has been changed a number of times"),
  FAILOVER_KILL("failover-kill", "A node is killed: the longest that an entity gives no answer"),
  FAILOVER_FREEZE("failover-freeze", "A node is frozen: likewise"),
  FAILOVER_CLOSE("failover-close", "A node is closed in order: likewise");

  /** Those that change something. */
  static final Set<Task> CHANGES = Set.of(SET, PACED, YCSB_A, YCSB_B, CHANGED_MEMORY);

  /** What happens to one of several nodes, each of which is a process. */
  static final Set<Task> FAILOVERS =
      Collections.unmodifiableSet(EnumSet.of(FAILOVER_KILL, FAILOVER_FREEZE, FAILOVER_CLOSE));

  static final Set<Task> MEMORIES = Collections.unmodifiableSet(EnumSet.of(MEMORY, CHANGED_MEMORY));

  static final Set<Task> MIXES = Set.of(YCSB_A, YCSB_B, YCSB_C);

  private final String label;
  private final String title;

  Task(String label, String title) {
    this.label = label;
    this.title = title;
  }

  String label() {
    return label;
  }

  String title() {
    return title;
  }

  static Optional<Task> named(String label) {
    return Arrays.stream(values()).filter(task -> task.label.equals(label)).findFirst();
  }

  static String labels() {
    return Arrays.stream(values()).map(Task::label).collect(Collectors.joining(", "));
  }
}
