package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Asked;
import dev.holdfast.testkit.history.Operation;
import dev.holdfast.testkit.history.Told;
import dev.holdfast.testkit.history.Verdict;
import dev.holdfast.verify.fire.Nemesis.Deed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What was done, what was answered, and whether the guarantees held, for a reader who doubts it.
 * Immutable.
 */
final class Report {
  private static final int SHOWN = 10;

  private final Plan plan;
  private final List<Operation> operations;
  private final List<Deed> deeds;
  private final Verdict byRevisions;
  private final Verdict byValues;
  private final List<String> broken;

  /** @param broken what was found beside the two verdicts */
  Report(
      Plan plan,
      List<Operation> operations,
      List<Deed> deeds,
      Verdict byRevisions,
      Verdict byValues,
      List<String> broken) {
    this.plan = plan;
    this.operations = operations;
    this.deeds = List.copyOf(deeds);
    this.byRevisions = byRevisions;
    this.byValues = byValues;
    this.broken = List.copyOf(broken);
  }

  boolean holds() {
    return byRevisions.holds() && byValues.holds() && broken.isEmpty();
  }

  String text() {
    return head() + "\n" + calls() + "\n" + faults() + "\n" + found();
  }

  private String head() {
    Span span = Span.of(operations);
    Mutant mutant = plan.mutant();
    return String.format(
        Locale.ROOT,
        "# %s%n%n`./holdfast verify --seed %d --minutes %s --nodes %d --clients %d%s%s`%n%n"
            + "%d nodes in processes of their own and one more on %s, %d clients, %,d s.%n",
        holds() ? "Every guarantee held" : "A guarantee was broken",
        plan.seed(),
        text(plan.minutes()),
        plan.nodes(),
        plan.clients(),
        plan.embedded() ? " --embedded" : "",
        mutant == null ? "" : " --without " + mutant.text(),
        plan.nodes(),
        plan.embedded() ? "SQLite" : "PostgreSQL",
        plan.clients(),
        TimeUnit.NANOSECONDS.toSeconds(span.nanos()));
  }

  /** What was asked, and how it went. */
  private String calls() {
    Map<String, long[]> counts = new TreeMap<>();
    for (Operation operation : operations) {
      long[] of = counts.computeIfAbsent(name(operation.asked()), name -> new long[3]);
      Told told = operation.told();
      of[told instanceof Told.Done ? 0 : told instanceof Told.Refused ? 1 : 2]++;
    }
    StringBuilder text = new StringBuilder(
        "| asked | done | refused, or unanswered reads | outcome unknown |\n|---|---|---|---|\n");
    counts.forEach((name, of) -> text.append(
        String.format(Locale.ROOT, "| %s | %,d | %,d | %,d |%n", name, of[0], of[1], of[2])));
    return text.toString();
  }

  private static String name(Asked asked) {
    if (asked instanceof Asked.Read read) {
      return "read, " + read.how().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
    return asked.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** For how long entities were silent, by what was done. */
  private String faults() {
    Gaps gaps = new Gaps(operations);
    Map<String, List<Long>> silences = new TreeMap<>();
    for (Deed deed : deeds) {
      String name =
          deed.faults().stream().map(Fault::text).sorted().collect(Collectors.joining(" + "));
      silences
          .computeIfAbsent(name, n -> new ArrayList<>())
          .add(gaps.longestMillis(deed.beganNanos(), deed.backNanos()));
    }
    StringBuilder text = new StringBuilder(
        "| fault | times | longest silence of an entity: median | most |\n|---|---|---|---|\n");
    silences.forEach((name, all) -> {
      Collections.sort(all);
      text.append(String.format(
          Locale.ROOT,
          "| %s | %d | %,d ms | %,d ms |%n",
          name,
          all.size(),
          all.get(all.size() / 2),
          all.get(all.size() - 1)));
    });
    return text.toString();
  }

  private String found() {
    return "- By revisions: " + byRevisions + "\n"
        + "- By values alone: " + byValues + "\n"
        + "- Owners, repetitions, recovery: "
        + (broken.isEmpty() ? "no violation" : broken.size() + " violations")
        + broken.stream().limit(SHOWN).map(each -> "\n  " + each).collect(Collectors.joining())
        + "\n";
  }

  private static String text(double number) {
    return number == Math.rint(number) ? "" + (long) number : "" + number;
  }
}
