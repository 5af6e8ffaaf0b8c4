package dev.holdfast.verify.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Measurements as tables in Markdown, one for each piece of work. Immutable. */
final class Table {
  private static final String BATCHES = "batches-of-";

  private final List<Measurement> all;

  Table(List<Measurement> all) {
    this.all = List.copyOf(all);
  }

  /** What repetitions have in common. */
  private record Row(
      Task task,
      int nodes,
      int entities,
      String choice,
      int concurrency,
      String peer,
      String work) {
    static Row of(Task task, Measurement one) {
      boolean isLimit = Kind.named(one.peer()).filter(Kind::isLimit).isPresent();
      return new Row(
          task,
          isLimit ? 0 : one.nodes(),
          one.entities(),
          Objects.requireNonNullElse(one.choice(), ""),
          one.concurrency(),
          one.peer(),
          one.work());
    }

    /** A work that a peer splits in several has its name with the peer's. */
    String label() {
      return work.equals(task.label()) ? peer : peer + " " + work;
    }

    private int rank() {
      return Kind.named(peer).map(Kind::rank).orElse(Integer.MAX_VALUE);
    }

    /** What a row of Holdfast must be like to be compared with this one. */
    private boolean isLike(Row other) {
      return task == other.task && (Task.FAILOVERS.contains(task) || hasTheLoadOf(other));
    }

    private boolean hasTheLoadOf(Row other) {
      return concurrency == other.concurrency
          && entities == other.entities
          && (choice.equals(other.choice) || choice.isEmpty() || other.choice.isEmpty())
          && (nodes == other.nodes || nodes == 0 || other.nodes == 0);
    }
  }

  private static Task task(Measurement one) {
    return Arrays.stream(Task.values())
        .filter(
            task -> one.work().equals(task.label()) || one.work().startsWith(task.label() + "-"))
        .findFirst()
        .orElse(Task.SET);
  }

  /** All tables. */
  String text() {
    StringBuilder text = new StringBuilder();
    Map<Row, List<Measurement>> rows = all.stream()
        .filter(one -> !one.work().startsWith(BATCHES))
        .collect(Collectors.groupingBy(
            one -> Row.of(task(one), one), LinkedHashMap::new, Collectors.toList()));
    for (Task task : Task.values()) {
      List<Row> mine = rows.keySet().stream()
          .filter(row -> row.task == task)
          .sorted(Comparator.comparingInt((Row row) -> row.nodes == 0 ? 2 : row.nodes)
              .thenComparing(row -> -row.entities)
              .thenComparing(Row::choice, Comparator.reverseOrder())
              .thenComparingInt(Row::concurrency)
              .thenComparingInt(Row::rank)
              .thenComparing(Row::work))
          .toList();
      if (!mine.isEmpty()) {
        text.append("\n#### ").append(task.title()).append("\n\n");
        if (Task.MEMORIES.contains(task)) {
          text.append(numbers("bytes", Measurement::bytes, mine, rows));
        } else if (Task.FAILOVERS.contains(task)) {
          text.append(numbers("milliseconds", Measurement::medianMillis, mine, rows));
        } else {
          text.append(times(task, mine, rows));
        }
      }
    }
    return text.append(best(rows)).toString();
  }

  private static String times(Task task, List<Row> rows, Map<Row, List<Measurement>> all) {
    boolean mixed = task == Task.YCSB_A || task == Task.YCSB_B;
    List<String> lines = new ArrayList<>();
    String load = task == Task.PACED ? "begun a second" : "at once";
    lines.add(
        "| entities | " + load + " | peer | per second | Holdfast to it | median µs | 99 % µs |"
            + (mixed ? " median change µs |" : ""));
    lines.add("|---|---|---|---|---|---|---|" + (mixed ? "---|" : ""));
    for (Row row : rows) {
      List<Measurement> ones = Objects.requireNonNull(all.get(row));
      Spread perSecond = spread(ones, Measurement::perSecond);
      lines.add("| %s | %d | %s%s | %s | %s | %s | %s |%s"
          .formatted(
              what(row),
              row.concurrency,
              row.label(),
              failures(ones),
              perSecond.text(),
              Spread.text(holdfast(row, all, Measurement::perSecond) / perSecond.median()),
              spread(ones, Measurement::medianMicros).text(),
              Spread.text(spread(ones, Measurement::p99Micros).median()),
              mixed ? " " + spread(ones, Measurement::setMedianMicros).text() + " |" : ""));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String what(Row row) {
    String nodes = row.nodes == 0 || row.nodes == 2 ? "" : ", " + row.nodes + " nodes";
    String choice = row.choice.isEmpty() ? "" : " " + row.choice;
    return "%,d%s%s".formatted(row.entities, choice, nodes);
  }

  private static String failures(List<Measurement> ones) {
    long failed = ones.stream().mapToLong(Measurement::failed).sum();
    return failed == 0 ? "" : " (%,d calls failed)".formatted(failed);
  }

  private static String numbers(
      String unit,
      Function<Measurement, @Nullable Double> value,
      List<Row> rows,
      Map<Row, List<Measurement>> all) {
    List<String> lines = new ArrayList<>();
    lines.add("| entities | peer | " + unit + " | Holdfast to it |");
    lines.add("|---|---|---|---|");
    for (Row row : rows) {
      List<Measurement> ones = Objects.requireNonNull(all.get(row));
      Spread spread = spread(ones, value);
      lines.add("| %,d | %s%s | %s | %s |"
          .formatted(
              row.entities,
              row.peer,
              failures(ones),
              spread.isEmpty() ? "no answer in time" : spread.text(),
              Spread.text(holdfast(row, all, value) / spread.median())));
    }
    return String.join("\n", lines) + "\n";
  }

  private static double holdfast(
      Row row, Map<Row, List<Measurement>> all, Function<Measurement, @Nullable Double> value) {
    return all.entrySet().stream()
        .filter(entry -> entry.getKey().peer.equals(Kind.HOLDFAST.label()))
        .filter(entry -> entry.getKey().isLike(row))
        .findFirst()
        .map(entry -> spread(entry.getValue(), value).median())
        .orElse(Double.NaN);
  }

  private static Spread spread(
      List<Measurement> ones, Function<Measurement, @Nullable Double> value) {
    List<@Nullable Double> values = new ArrayList<>();
    ones.forEach(one -> values.add(value.apply(one)));
    return Spread.of(values);
  }

  /** The limit of the database, and how near changes come to it. */
  private String best(Map<Row, List<Measurement>> rows) {
    Map<String, List<Measurement>> batches = all.stream()
        .filter(one -> one.work().startsWith(BATCHES))
        .collect(Collectors.groupingBy(Measurement::work, LinkedHashMap::new, Collectors.toList()));
    if (batches.isEmpty()) {
      return "";
    }
    double changes = rows.entrySet().stream()
        .filter(entry -> entry.getKey().peer.equals(Kind.HOLDFAST.label()))
        .filter(entry -> entry.getKey().task == Task.SET && entry.getKey().concurrency == 256)
        .findFirst()
        .map(entry -> spread(entry.getValue(), Measurement::perSecond).median())
        .orElse(Double.NaN);
    List<String> lines = new ArrayList<>();
    lines.add("\n#### The database's own best: statements that update many rows\n");
    lines.add("| rows each | connections | rows per second | Holdfast with 256 at once to it |");
    lines.add("|---|---|---|---|");
    batches.forEach((work, ones) -> {
      String[] parts = work.substring(BATCHES.length()).split("-on-", -1);
      Spread rowsPerSecond = spread(ones, Measurement::perSecond);
      lines.add("| %s | %s | %s | %s |"
          .formatted(
              parts[0],
              parts[1],
              rowsPerSecond.text(),
              Spread.text(changes / rowsPerSecond.median())));
    });
    return String.join("\n", lines) + "\n";
  }
}
