package dev.holdfast.verify.fire;

import static dev.holdfast.verify.fire.Fault.Needs.SMALL_DISK;

import dev.holdfast.testkit.history.History;
import dev.holdfast.testkit.history.HistoryChecker;
import dev.holdfast.testkit.history.Operation;
import dev.holdfast.testkit.history.Verdict;
import dev.holdfast.testkit.history.Violation;
import dev.holdfast.verify.Rest;
import dev.holdfast.verify.fire.Nemesis.Deed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real processes, clients that never stop, and faults by a seed; then all that was
 * answered is judged. A program of its own; {@code ./holdfast verify} runs it.
 */
final class UnderFire {
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Within that time an entity that is asked all the time answers. */
  private static final long BEFORE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final int EXIT_BROKEN = 1;
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_NO_RESULT = 3;

  private final Plan plan;
  private final History history = new History();

  private UnderFire(Plan plan) {
    this.plan = plan;
  }

  /**
   * Runs what the arguments say. The system property {@code holdfast.namespace} says whether this
   * process may cut links.
   */
  public static void main(String[] args) {
    if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
      System.out.print(help());
      return;
    }
    Plan plan;
    try {
      Path folder = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-verify-" + pid());
      plan = Plan.of(List.of(args), Boolean.getBoolean("holdfast.namespace"), folder);
    } catch (Plan.Wrong e) {
      System.err.println("error: " + e.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    try {
      Report report = new UnderFire(plan).run();
      System.out.println();
      System.out.println(report.text());
      boolean asWanted = report.holds() == (plan.mutant() == null);
      System.exit(asWanted ? 0 : EXIT_BROKEN);
    } catch (IOException | SQLException | RuntimeException e) {
      System.err.println(
          "error: the run came to no end: " + e + "; see the logs in " + plan.folder());
      System.exit(EXIT_NO_RESULT);
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static String help() {
    String faults = Stream.of(Fault.values())
        .map(fault -> String.format("  %-22s %s%n", fault.text(), fault.what()))
        .collect(Collectors.joining());
    String rules = Stream.of(Mutant.values()).map(Mutant::text).collect(Collectors.joining(", "));
    return Plan.HELP + "\nFaults:\n" + faults + "\nRules that can be switched off: " + rules + "\n";
  }

  /** Does it all; answers what was found. */
  Report run() throws IOException, SQLException {
    Files.createDirectories(plan.folder());
    say("seed " + plan.seed() + "; everything is in " + plan.folder());
    Mutant mutant = plan.mutant();
    @Nullable Path classes = mutant == null ? null : mutant.compile(plan.folder());
    List<String> broken = new ArrayList<>();
    Cluster cluster =
        new Cluster(plan.folder(), plan.embedded(), plan.needs(SMALL_DISK), plan.nodes(), classes);
    Thread end = new Thread(() -> cluster.nodes().forEach(node -> node.process().close()));
    Runtime.getRuntime().addShutdownHook(end);
    Nemesis nemesis = new Nemesis(cluster, faults(cluster), plan);
    long began = System.nanoTime();
    Clients.Habit habit = mutant == null ? Clients.Habit.SAME_OPERATION : mutant.habit();
    try (cluster;
        Clients clients = new Clients(history, cluster.doors(), habit, PAUSE)) {
      say("the cluster serves: " + cluster.names());
      clients.start(plan.clients(), plan.seed());
      Rest.millis(5_000);
      strike(nemesis, began, broken);
      clients.stop();
      clients.readAll(keys());
      broken.addAll(clients.contradictions());
      broken.addAll(new Tenures(cluster.own()).violations(clients.served()));
    }
    List<Operation> operations = history.operations();
    say("judging " + operations.size() + " calls");
    Verdict byRevisions = judge(HistoryChecker.byRevisions(), operations);
    Verdict byValues = judge(
        HistoryChecker.withoutRevisions(),
        operations.stream().filter(UnderFire::neverDeleted).toList());
    Report report = new Report(plan, operations, nemesis.deeds(), byRevisions, byValues, broken);
    history.write(plan.folder().resolve("history.jsonl"));
    Files.writeString(plan.folder().resolve("report.md"), report.text());
    Files.writeString(
        plan.folder().resolve("timeline.svg"),
        new TimelinePicture(operations, nemesis.deeds()).svg());
    return report;
  }

  /** Those of the plan that can be had, after all. */
  private List<Fault> faults(Cluster cluster) throws IOException {
    List<Fault> faults = new ArrayList<>(plan.faults());
    if (cluster.disk() == null && faults.removeIf(fault -> fault.needs() == SMALL_DISK)) {
      say("no disk is filled here: that needs mount and mkfs.ext4");
      if (faults.isEmpty()) {
        throw new IOException("nothing is left to do");
      }
    }
    return faults;
  }

  private static Verdict judge(HistoryChecker checker, List<Operation> operations) {
    return checker.starting(name -> Key.named(name).start()).judge(operations);
  }

  /** Until the time is over, or a mutant has shown itself. */
  private void strike(Nemesis nemesis, long began, List<String> broken)
      throws IOException, SQLException {
    long until = began + (long) (plan.minutes() * TimeUnit.MINUTES.toNanos(1));
    while (System.nanoTime() - until < 0) {
      Deed deed = nemesis.strike();
      Gaps gaps = new Gaps(since(deed.beganNanos() - BEFORE_NANOS));
      say(String.format(
          "%-50s %5.1f s, %s; no entity was silent for longer than %,d ms",
          deed.text(),
          (deed.endedNanos() - deed.beganNanos()) / 1e9,
          deed.back() ? "back " + back(deed) + " ms after" : "NOT BACK",
          gaps.longestMillis(deed.beganNanos(), deed.backNanos())));
      if (!deed.back()) {
        broken.add("after " + deed.text() + " not all nodes served again within 90 s");
      }
      if (plan.mutant() != null && found()) {
        return;
      }
    }
  }

  private List<Operation> since(long nanos) {
    return history.operations().stream()
        .filter(operation -> operation.returnedNanos() >= nanos)
        .toList();
  }

  /** What is deleted leaves no value that would tell which deletion it was. */
  private static boolean neverDeleted(Operation operation) {
    return Key.named(operation.key()).kind() != Key.Kind.NOTE;
  }

  private static long back(Deed deed) {
    return TimeUnit.NANOSECONDS.toMillis(deed.backNanos() - deed.endedNanos());
  }

  private boolean found() {
    List<Violation> violations =
        judge(HistoryChecker.byRevisions(), history.operations()).violations();
    return !violations.isEmpty();
  }

  private List<Key> keys() {
    return history.operations().stream()
        .map(Operation::key)
        .distinct()
        .map(Key::named)
        .toList();
  }

  private static void say(String text) {
    System.out.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + text);
  }
}
