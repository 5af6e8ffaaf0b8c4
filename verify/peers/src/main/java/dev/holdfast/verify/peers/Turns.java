package dev.holdfast.verify.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Has the peers take turns, so that whatever else the machine does hits all of them. Used by one
 * thread.
 */
final class Turns {
  /** Each of which wants processes of its own. */
  private static final Set<Task> ALONE = alone();

  /** The exit code of a program that tells what it needs. */
  private static final int SOMETHING_IS_MISSING = 3;

  private static final int LONGEST_MINUTES = 30;
  private static final int LAST_LINES = 12;

  /** One peer's part of a round. */
  private record Turn(Kind kind, int nodes, Set<Task> tasks) {
    @Override
    public String toString() {
      Task first = tasks.iterator().next();
      return kind.label() + ", " + (ALONE.contains(first) ? first.label() : nodes + " nodes");
    }
  }

  private final Options options;
  private final Servers servers;
  private final Path root;
  private final Path folder;
  private final List<Measurement> found = new ArrayList<>();
  private final Set<String> complaints = new TreeSet<>();
  private final Set<Kind> missing = EnumSet.noneOf(Kind.class);
  private final Path notes;
  private final long begunNanos = System.nanoTime();
  private final int earlier;
  private int folders;
  private boolean failed;

  /** Nobody has had a turn yet. */
  Turns(Options options, Servers servers, Path root, Path folder) throws IOException {
    this.options = options;
    this.servers = servers;
    this.root = root;
    this.folder = folder;
    this.notes = root.resolve("verify/peers/target/measurements.jsonl");
    if (options.add() && Files.exists(notes)) {
      found.addAll(Measurement.all(Files.readAllLines(notes).stream()).toList());
    } else {
      Files.deleteIfExists(notes);
    }
    earlier = repetitions();
    System.err.println("Each result is also written to " + notes);
    if (options.kinds().contains(Kind.REDIS) && !servers.hasRedis()) {
      leaveOut(Kind.REDIS, Servers.NO_REDIS);
    }
  }

  /** How often was measured, if not all of it. */
  int repetitions() {
    return found.stream().mapToInt(Measurement::repetition).max().orElse(0);
  }

  List<Measurement> found() {
    return found;
  }

  /** Whether something that was not left out gave no result. */
  boolean failed() {
    return failed;
  }

  /** What was left out, and why. */
  Set<String> complaints() {
    return complaints;
  }

  /** Measures all of them once. */
  void take(int repetition) throws IOException {
    List<Turn> turns = turns();
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      if (!missing.contains(turn.kind)) {
        System.err.printf(
            "repetition %d of %d, %d of %d: %s (%d s)%n",
            repetition,
            options.repetitions(),
            i + 1,
            turns.size(),
            turn,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos));
        take(turn, repetition);
      }
    }
  }

  private List<Turn> turns() {
    List<Turn> turns = new ArrayList<>();
    Set<Task> times = EnumSet.copyOf(options.tasks());
    times.removeAll(ALONE);
    for (int nodes : options.nodes()) {
      for (Kind kind : options.kinds()) {
        boolean again = nodes != options.nodes().get(0);
        if (times.stream().anyMatch(kind::does)
            && !(again && (kind.isLimit() || kind == Kind.ELIXIR))) {
          turns.add(new Turn(kind, nodes, times));
        }
      }
    }
    for (Task task : ALONE) {
      for (Kind kind : options.kinds()) {
        if (options.tasks().contains(task) && kind.does(task)) {
          int nodes = Task.MEMORIES.contains(task) ? 1 : Failover.NODES;
          turns.add(new Turn(kind, nodes, Set.of(task)));
        }
      }
    }
    return turns;
  }

  private static Set<Task> alone() {
    Set<Task> tasks = EnumSet.copyOf(Task.MEMORIES);
    tasks.addAll(Task.FAILOVERS);
    return tasks;
  }

  private void take(Turn turn, int repetition) throws IOException {
    Setting setting = servers.newSetting(turn.nodes, folder.resolve("turn" + ++folders));
    try {
      Optional<List<String>> command = turn.kind == Kind.ELIXIR
          ? Elixir.command(root, options.scale(), turn.tasks)
          : Optional.of(Fork.command(turn.kind, setting, options, turn.tasks));
      if (command.isEmpty()) {
        leaveOut(turn.kind, Elixir.MISSING);
      } else {
        run(turn, repetition, command.get());
      }
    } finally {
      servers.drop(setting);
    }
  }

  private void run(Turn turn, int repetition, List<String> command) throws IOException {
    Path log = folder.resolve(turn.kind.label() + "-" + folders + ".log");
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    Thread kill = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(kill);
    Thread reading = new Thread(() -> read(process, repetition), "reading");
    reading.start();
    boolean ended;
    try {
      ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      reading.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
    Runtime.getRuntime().removeShutdownHook(kill);
    if (!ended) {
      complain(turn + " did not end within " + LONGEST_MINUTES + " minutes", log);
    } else if (process.exitValue() == SOMETHING_IS_MISSING && turn.kind == Kind.ELIXIR) {
      leaveOut(turn.kind, String.join(" ", Files.readAllLines(log)).replaceFirst("^error: ", ""));
    } else if (process.exitValue() != 0) {
      complain(turn + " failed", log);
    }
  }

  private void read(Process process, int repetition) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      Measurement.all(lines.lines())
          .forEach(measurement -> note(measurement.inRepetition(earlier + repetition)));
    } catch (IOException e) {
      System.err.println("cannot read what a peer says: " + e.getMessage());
    }
  }

  private void note(Measurement measurement) {
    found.add(measurement);
    try {
      Files.writeString(
          notes, measurement.line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void leaveOut(Kind kind, String why) {
    missing.add(kind);
    complaints.add(kind.label() + " is left out: " + why);
    System.err.println(kind.label() + " is left out: " + why);
  }

  private void complain(String what, Path log) throws IOException {
    failed = true;
    complaints.add(what);
    List<String> lines = Files.readAllLines(log);
    System.err.println(what + "; the end of " + log + ":");
    System.err.println(lines.stream()
        .skip(Math.max(0, lines.size() - LAST_LINES))
        .collect(Collectors.joining(System.lineSeparator())));
  }
}
