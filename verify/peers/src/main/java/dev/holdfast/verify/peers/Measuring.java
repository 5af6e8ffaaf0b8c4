package dev.holdfast.verify.peers;

import dev.holdfast.verify.peers.Clients.Result;
import dev.holdfast.verify.peers.Clients.Where;
import dev.holdfast.verify.peers.Clients.Work;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Measures one peer at several pieces of work, once. Used by one thread. */
final class Measuring {
  private static final int ACTIVATED_TOGETHER = 256;
  private static final int READ_TOGETHER = 256;
  private static final int COMPILED_TOGETHER = 256;
  private static final int CHANGED_TOGETHER = 256;

  /** Holdfast lets go of what only changes need after one to two minutes. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(150);

  private static final long COMPILED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Before a mix is measured: what was compiled for other work is compiled anew, and what is read
   * most gets its copies. For Holdfast's reads that takes five seconds.
   */
  private static final long MIXED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Clients that make changes: with two nodes as many as there are anyway. */
  private static final int A_NODE = 128;

  private static final int FIRST_READS = 20_000;
  private static final List<Integer> FIRST_TOGETHER = List.of(1, 16);

  /** Entities that are there to be rehearsed with, and how many of them at a time. */
  private static final int REHEARSED = 40_000;

  private static final int REHEARSED_TOGETHER = 500;
  private static final List<Integer> BEGUN_A_SECOND = List.of(1_000, 4_000);
  private static final List<Integer> BATCHES = List.of(64, 256);
  private static final List<Integer> CONNECTIONS = List.of(1, 2, 4);

  private final Kind kind;
  private final Setting setting;
  private final Scale scale;
  private final int entities;
  private final Set<Task> tasks;
  private final Consumer<Measurement> found;
  private final Map<Choices, Map<Integer, int[]>> drawn = new EnumMap<>(Choices.class);

  /**
   * Nothing is measured yet.
   *
   * @param entities how many there are; 0 if the scale says it
   * @param found is told each result
   */
  Measuring(
      Kind kind,
      Setting setting,
      Scale scale,
      int entities,
      Set<Task> tasks,
      Consumer<Measurement> found) {
    this.kind = kind;
    this.setting = setting;
    this.scale = scale;
    this.entities = entities;
    this.tasks = tasks;
    this.found = found;
  }

  static List<String> ids(int count) {
    return ids("counter-", count);
  }

  private static List<String> ids(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> name + i).toList();
  }

  private boolean wants(Task task) {
    return tasks.contains(task) && kind.does(task);
  }

  /** All but memory, which wants a process of its own. */
  void measureTimes() {
    List<String> ids = ids(entities == 0 ? scale.many() : entities);
    if (kind == Kind.DATABASE_BEST) {
      measureBatches(ids);
      return;
    }
    List<String> others = ids("rehearsed-", REHEARSED);
    boolean cold = wants(Task.ACTIVATE) || wants(Task.GET_FIRST);
    if (cold) {
      try (Peer peer = kind.start(setting)) {
        peer.load(Stream.concat(ids.stream(), others.stream()).toList());
      }
    }
    try (Peer peer = kind.start(setting);
        Clients clients = new Clients(peer)) {
      if (cold) {
        rehearse(peer, others);
      } else {
        peer.load(ids);
      }
      activate(peer, ids);
      int[] owners = owners(peer, ids);
      first(peer, ids, owners);
      again(peer, ids, owners);
      reads(clients, ids, owners);
      compile(clients, ids);
      mixes(clients, ids);
      paced(peer, ids);
      sets(clients, ids);
    }
  }

  // ---- once for each entity

  /**
   * Does to other entities, for some time, what can be done but once to each: else code would be
   * measured that is just being compiled.
   */
  private void rehearse(Peer peer, List<String> others) {
    Compiling compiling = new Compiling();
    for (int from = 0; from < others.size() && compiling.goesOn(); from += REHEARSED_TOGETHER) {
      List<String> some = others.subList(from, from + REHEARSED_TOGETHER);
      Batches.run(some.size(), ACTIVATED_TOGETHER, i -> peer.get(i % setting.nodes(), some.get(i)));
      readFirst(peer, some, owners(peer, some), (concurrency, took) -> {});
    }
  }

  /** Every entity is read once, at one node after the other. */
  private void activate(Peer peer, List<String> ids) {
    Batches.Took took =
        Batches.run(ids.size(), ACTIVATED_TOGETHER, i -> peer.get(i % setting.nodes(), ids.get(i)));
    if (wants(Task.ACTIVATE)) {
      tell(Task.ACTIVATE, ACTIVATED_TOGETHER, ids.size(), null, took);
    }
  }

  private int[] owners(Peer peer, List<String> ids) {
    int[] owners = new int[ids.size()];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = peer.owner(i % setting.nodes(), ids.get(i));
    }
    return owners;
  }

  /** Of entities that nobody has read anywhere but where they live. */
  private void first(Peer peer, List<String> ids, int[] owners) {
    if (!wants(Task.GET_FIRST) || setting.nodes() < 2) {
      return;
    }
    readFirst(
        peer,
        ids,
        owners,
        (concurrency, took) -> tell(Task.GET_FIRST, concurrency, ids.size(), null, took));
  }

  private void readFirst(
      Peer peer, List<String> ids, int[] owners, BiConsumer<Integer, Batches.Took> then) {
    List<Integer> unread = unread(owners);
    int from = 0;
    for (int concurrency : FIRST_TOGETHER) {
      int count = Math.min(FIRST_READS, unread.size() / 2);
      List<Integer> some = unread.subList(from, from + count);
      from += count;
      Batches.Took took =
          Batches.run(count, concurrency, i -> readElsewhere(peer, ids, owners, some.get(i)));
      then.accept(concurrency, took);
    }
  }

  /** Those that were read only where they live, in random order. */
  private List<Integer> unread(int[] owners) {
    List<Integer> unread = new ArrayList<>();
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] == i % setting.nodes()) {
        unread.add(i);
      }
    }
    Collections.shuffle(unread, new Random(1));
    return unread;
  }

  /** Reads all of them where they do not live, so that what is measured then is no first read. */
  private void again(Peer peer, List<String> ids, int[] owners) {
    boolean anywhereElse = owners[0] != Peer.NOBODY && setting.nodes() > 1;
    if (wants(Task.GET_ELSEWHERE) && anywhereElse) {
      Batches.run(ids.size(), READ_TOGETHER, i -> readElsewhere(peer, ids, owners, i));
    }
  }

  private java.util.concurrent.CompletableFuture<Long> readElsewhere(
      Peer peer, List<String> ids, int[] owners, int entity) {
    return peer.get((owners[entity] + 1) % setting.nodes(), ids.get(entity));
  }

  // ---- for some time

  private void reads(Clients clients, List<String> ids, int[] owners) {
    int nodes = setting.nodes();
    Where own =
        (random, entity) -> owners[entity] == Peer.NOBODY ? random.nextInt(nodes) : owners[entity];
    Where elsewhere = (random, entity) ->
        owners[entity] == Peer.NOBODY ? random.nextInt(nodes) : (owners[entity] + 1) % nodes;
    List<Integer> concurrencies = kind == Kind.LOOPBACK ? List.of(1) : List.of(1, 16);
    for (int entities : new TreeSet<>(List.of(Scale.FEW, ids.size()))) {
      for (int concurrency : concurrencies) {
        run(clients, Task.GET_OWN, ids, Choices.UNIFORM, entities, own, 0, concurrency);
        if (nodes > 1 || kind.isLimit()) {
          run(
              clients,
              Task.GET_ELSEWHERE,
              ids,
              Choices.UNIFORM,
              entities,
              elsewhere,
              0,
              concurrency);
        }
      }
    }
  }

  private Work changes(List<String> ids) {
    return new Work(ids, drawn(Choices.UNIFORM, ids.size()), this::anyNode, 1);
  }

  /** Changes that do not count. */
  private void compile(Clients clients, List<String> ids) {
    if (Task.CHANGES.stream().anyMatch(this::wants)) {
      Work work = changes(ids);
      for (Compiling compiling = new Compiling(); compiling.goesOn(); ) {
        clients.run(work, COMPILED_TOGETHER, COMPILED_NANOS, 1);
      }
    }
  }

  private void mixes(Clients clients, List<String> ids) {
    List<Integer> concurrencies = scale == Scale.BRIEF ? List.of(64) : List.of(16, 256);
    for (int concurrency : concurrencies) {
      any(clients, Task.YCSB_C, ids, Choices.ZIPFIAN, ids.size(), 0, concurrency);
      any(clients, Task.YCSB_B, ids, Choices.ZIPFIAN, ids.size(), 0.05, concurrency);
      any(clients, Task.YCSB_A, ids, Choices.ZIPFIAN, ids.size(), 0.5, concurrency);
    }
  }

  private void paced(Peer peer, List<String> ids) {
    if (!wants(Task.PACED)) {
      return;
    }
    Work work = changes(ids);
    for (int perSecond : BEGUN_A_SECOND) {
      Result result =
          Paced.changes(peer, work, perSecond, scale.warmNanos(), 2 * scale.countedNanos());
      tell(Task.PACED, work, Choices.UNIFORM, ids.size(), perSecond, result);
    }
  }

  private void sets(Clients clients, List<String> ids) {
    for (int entities : new TreeSet<>(List.of(Scale.FEW, ids.size())).descendingSet()) {
      for (int concurrency : new TreeSet<>(List.of(1, 16, 256, A_NODE * setting.nodes()))) {
        any(clients, Task.SET, ids, Choices.UNIFORM, entities, 1, concurrency);
      }
      any(clients, Task.SET, ids, Choices.ZIPFIAN, entities, 1, 256);
    }
  }

  private void any(
      Clients clients,
      Task task,
      List<String> ids,
      Choices choices,
      int entities,
      double setShare,
      int concurrency) {
    run(clients, task, ids, choices, entities, this::anyNode, setShare, concurrency);
  }

  private int anyNode(SplittableRandom random, int entity) {
    return random.nextInt(setting.nodes());
  }

  private int[] drawn(Choices choices, int entities) {
    return drawn
        .computeIfAbsent(choices, unused -> new java.util.HashMap<>())
        .computeIfAbsent(entities, choices::draw);
  }

  private void run(
      Clients clients,
      Task task,
      List<String> ids,
      Choices choices,
      int entities,
      Where where,
      double setShare,
      int concurrency) {
    if (!wants(task)) {
      return;
    }
    Work work = new Work(ids, drawn(choices, entities), where, setShare);
    long warmNanos = Task.MIXES.contains(task) ? MIXED_NANOS : scale.warmNanos();
    Result result = clients.run(work, concurrency, warmNanos, scale.countedNanos());
    tell(task, work, choices, entities, concurrency, result);
  }

  private void tell(
      Task task, Work work, Choices choices, int entities, int concurrency, Result result) {
    double setShare = work.setShare();
    Histogram times = setShare == 1 ? result.sets() : result.gets();
    Double sets = setShare > 0 && setShare < 1 ? median(result.sets()) : null;
    found.accept(new Measurement(
        kind.label(),
        task.label(),
        concurrency,
        entities,
        choices.label(),
        setting.nodes(),
        median(times),
        micros(times, 99),
        sets,
        result.perSecond(),
        null,
        result.failed(),
        0));
  }

  private void tell(
      Task task, int concurrency, int entities, @Nullable String choice, Batches.Took took) {
    found.accept(new Measurement(
        kind.label(),
        task.label(),
        concurrency,
        entities,
        choice,
        setting.nodes(),
        median(took.nanos()),
        micros(took.nanos(), 99),
        null,
        took.perSecond(),
        null,
        0,
        0));
  }

  private static double median(Histogram nanos) {
    return micros(nanos, 50);
  }

  private static double micros(Histogram nanos, double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }

  private void measureBatches(List<String> ids) {
    DatabaseBest best = new DatabaseBest(setting, ids);
    for (int batch : BATCHES) {
      for (int connections : CONNECTIONS) {
        if (batch * connections > ids.size()) {
          continue; // each connection has rows of its own
        }
        double rows =
            best.rowsPerSecond(batch, connections, scale.warmNanos(), scale.countedNanos());
        found.accept(new Measurement(
            kind.label(),
            "batches-of-" + batch + "-on-" + connections,
            batch * connections,
            ids.size(),
            Choices.UNIFORM.label(),
            0,
            null,
            null,
            null,
            rows,
            null,
            0,
            0));
      }
    }
  }

  // ---- memory

  /** What the heap holds more when all entities are live than when none is. */
  void measureMemory(Task task) {
    List<String> ids = ids(entities == 0 ? scale.remembered() : entities);
    try (Peer peer = kind.start(setting)) {
      if (kind != Kind.MAP) {
        peer.load(ids);
      }
    }
    try (Peer peer = kind.start(setting)) {
      long before = usedBytes();
      if (kind == Kind.MAP) {
        peer.load(ids);
      }
      Batches.run(ids.size(), ACTIVATED_TOGETHER, i -> peer.get(0, ids.get(i)));
      Result changed = task == Task.CHANGED_MEMORY ? changed(peer, ids) : null;
      double bytes = (double) (usedBytes() - before) / ids.size();
      found.accept(new Measurement(
          kind.label(),
          task.label(),
          0,
          ids.size(),
          null,
          setting.nodes(),
          null,
          null,
          null,
          changed == null ? null : changed.perSecond(),
          bytes,
          changed == null ? 0 : changed.failed(),
          0));
      long value = peer.get(0, ids.get(0)).join();
      if (changed == null && value != 0) {
        throw new IllegalStateException("it is not what was stored");
      }
    }
  }

  private Result changed(Peer peer, List<String> ids) {
    try (Clients clients = new Clients(peer)) {
      Result result = clients.run(changes(ids), CHANGED_TOGETHER, 0, scale.changedNanos());
      Clients.rest(REST_NANOS);
      return result;
    }
  }

  private static long usedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
