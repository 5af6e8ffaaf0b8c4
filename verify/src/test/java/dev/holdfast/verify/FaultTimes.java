package dev.holdfast.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures for how long entities do not answer when something happens to one of two or three nodes
 * or to their database, with clients at work all the time, whose answers it also judges. A program
 * of its own: {@code FaultTimes embedded|postgresql NODES RUNS EVENT …}; {@code verify/fault-times}
 * runs it in a network namespace of its own, which cutting links needs.
 */
final class FaultTimes {
  private static final int ENTITIES = 12;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration LONG = Duration.ofSeconds(10);

  /** What happens; answers how long the entities were away, in milliseconds. */
  private enum Event {
    KILL_OLDEST,
    KILL_YOUNGEST,
    FREEZE,
    CUT_FROM_DATABASE,
    CUT_FROM_PEERS,
    CUT_ONE_LINK,
    STOP,
    ROLLING_RESTART,
    DATABASE_CRASH
  }

  private final Rig rig;
  private final Load load;
  private Rig.@Nullable Node stopped;
  private final Map<Event, List<Load.Window>> windows = new LinkedHashMap<>();
  private final Map<Event, List<Long>> recoveries = new LinkedHashMap<>();

  private FaultTimes(Rig rig) {
    this.rig = rig;
    this.load = new Load(rig.nodes().stream().map(Rig.Node::uri).toList(), ENTITIES, PAUSE);
  }

  /** Prints one line a run, then a table. */
  public static void main(String[] args) throws IOException {
    boolean embedded = args[0].equals("embedded");
    int runs = Integer.parseInt(args[2]);
    int nodes = Integer.parseInt(args[1]);
    List<Event> events = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      events.add(Words.value(Event.class, args[i]));
    }
    Path folder = Files.createTempDirectory("holdfast-faults-");
    System.out.println("logs are in " + folder);
    try (Rig rig = new Rig(folder, embedded, nodes)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> rig.nodes().forEach(Rig.Node::end)));
      FaultTimes times = new FaultTimes(rig);
      times.settle();
      Rest.nanos(WARM_UP.toNanos());
      for (int run = 0; run < runs; run++) {
        for (Event event : events) {
          times.run(event, run);
        }
      }
      times.print();
      times.load.close();
    }
  }

  private void run(Event event, int run) throws IOException {
    String before = rig.epochs(rig.aged(true));
    Rig.Node next = rig.nodes().get(run % rig.nodes().size());
    LocalTime began = LocalTime.now(ZoneId.systemDefault());
    load.begin();
    long recovered = switch (event) {
      case KILL_OLDEST -> kill(rig.aged(true));
      case KILL_YOUNGEST -> kill(rig.aged(false));
      case FREEZE -> freeze(next);
      case CUT_FROM_DATABASE -> cutFromDatabase(next);
      case CUT_FROM_PEERS -> cut(next, rig.others(next));
      case CUT_ONE_LINK -> cut(rig.aged(false), List.of(rig.aged(true)));
      case STOP -> stop(next);
      case ROLLING_RESTART -> rollingRestart();
      case DATABASE_CRASH -> crashDatabase();
    };
    Load.Window window = load.window();
    startStopped();
    windows.computeIfAbsent(event, e -> new ArrayList<>()).add(window);
    recoveries.computeIfAbsent(event, e -> new ArrayList<>()).add(recovered);
    System.out.printf(
        "%s %s run %d: answered again after %d ms, longest gap %d ms, %d calls, %d failed, %d wrong;"
            + " %s -> %s%n",
        began,
        event,
        run,
        recovered,
        window.longestGap(),
        window.calls(),
        window.failures().size(),
        window.violations().size(),
        before,
        rig.epochs(rig.aged(true)));
    window.failures().stream().limit(5).forEach(failure -> System.out.println("  " + failure));
    window.violations().forEach(wrong -> System.out.println("  WRONG " + wrong));
    settle();
  }

  /** Every entity has answered a call that was made after this moment; how long that took. */
  private long recovery(long sinceNanos) {
    await("all entities answer", () -> load.allAnsweredSince(sinceNanos));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
  }

  private long kill(Rig.Node victim) {
    load.avoid(victim.uri());
    long since = System.nanoTime();
    victim.process().kill();
    long recovered = recovery(since);
    rig.start(victim);
    load.include(victim.uri());
    return recovered;
  }

  private long freeze(Rig.Node victim) {
    return away(
        victim, () -> victim.process().signal("STOP"), () -> victim.process().signal("CONT"));
  }

  private long cutFromDatabase(Rig.Node victim) {
    try (Cut cut = new Cut()) {
      return away(victim, () -> cut.fromDatabase(victim.address(), rig.databasePort()), cut::close);
    }
  }

  private long cut(Rig.Node victim, List<Rig.Node> from) {
    try (Cut cut = new Cut()) {
      return away(
          victim,
          () -> from.forEach(other -> cut.between(victim.address(), other.address())),
          cut::close);
    }
  }

  /** Takes the node away from the others for ten seconds in all. */
  private long away(Rig.Node victim, Runnable take, Runnable giveBack) {
    load.avoid(victim.uri());
    take.run();
    long since = System.nanoTime();
    long recovered = recovery(since);
    Rest.nanos(LONG.toNanos() - (System.nanoTime() - since));
    giveBack.run();
    backAfter(victim);
    return recovered;
  }

  /**
   * Clients ask it at once: what it answers before it knows that it was replaced is judged, too.
   */
  private void backAfter(Rig.Node victim) {
    load.include(victim.uri());
    Rest.nanos(TimeUnit.SECONDS.toNanos(2));
    if (!victim.process().alive()) {
      System.out.println("  " + victim.process().name() + " had ended; starting it again");
      victim.process().launch();
    }
    victim.process().awaitReady();
    rig.renewed(victim);
  }

  /** How long it takes to leave; that it starts again is not part of it. */
  private long stop(Rig.Node victim) {
    long since = System.nanoTime();
    end(victim);
    stopped = victim;
    return recovery(since);
  }

  /** Clients ask it until its port is gone. */
  private void end(Rig.Node node) {
    int code = node.process().stop();
    if (code != 0 && code != 143) {
      System.out.println("  exit code " + code);
    }
    load.avoid(node.uri());
  }

  private void startStopped() {
    Rig.Node node = stopped;
    if (node != null) {
      stopped = null;
      startAgain(node);
    }
  }

  /** Clients ask it as soon as it says that it is ready. */
  private void startAgain(Rig.Node node) {
    rig.start(node);
    load.include(node.uri());
  }

  private long rollingRestart() {
    long since = System.nanoTime();
    for (Rig.Node node : rig.nodes()) {
      end(node);
      startAgain(node);
    }
    return recovery(since);
  }

  private long crashDatabase() throws IOException {
    return recovery(rig.crashDatabase());
  }

  /** Until shards have been evened out. */
  private void settle() {
    await("all nodes are ready", () -> {
      rig.nodes().forEach(node -> node.process().awaitReady());
      return true;
    });
    Rest.nanos(TimeUnit.SECONDS.toNanos(3));
  }

  private static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("not within a minute: " + what);
      }
      Rest.nanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private void print() {
    System.out.printf(
        "%-18s %4s %21s %21s %13s %7s %6s%n",
        "event", "runs", "answers again (ms)", "gaps of entities (ms)", "", "failed", "wrong");
    System.out.printf(
        "%-18s %4s %10s %10s %10s %10s %13s%n", "", "", "median", "max", "p99", "max", "calls");
    windows.forEach((event, all) -> {
      List<Long> times = new ArrayList<>(recoveries.getOrDefault(event, List.of()));
      Collections.sort(times);
      List<Long> gaps = new ArrayList<>();
      all.forEach(window -> gaps.addAll(window.gapMillis()));
      Collections.sort(gaps);
      System.out.printf(
          "%-18s %4d %10d %10d %10d %10d %13d %7d %6d%n",
          event,
          all.size(),
          times.get(times.size() / 2),
          times.get(times.size() - 1),
          gaps.get((int) Math.ceil(gaps.size() * 0.99) - 1),
          gaps.get(gaps.size() - 1),
          all.stream().mapToInt(Load.Window::calls).sum(),
          all.stream().mapToInt(window -> window.failures().size()).sum(),
          all.get(all.size() - 1).violations().size());
    });
  }
}
