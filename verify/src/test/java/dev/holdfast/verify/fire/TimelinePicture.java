package dev.holdfast.verify.fire;

import dev.holdfast.testkit.history.Operation;
import dev.holdfast.verify.fire.Nemesis.Deed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A row for each entity, time from left to right: how many calls succeeded in each slice of it, and
 * how many failed; above, what was done to the cluster. Immutable.
 */
final class TimelinePicture {
  private static final int WIDTH = 1_600;
  private static final int LEFT = 110;
  private static final int TOP = 40;
  private static final int ROW = 14;
  private static final int SLICES = 800;

  private final List<Deed> deeds;
  private final Map<String, int[][]> rows = new LinkedHashMap<>();
  private final Span span;

  TimelinePicture(List<Operation> operations, List<Deed> deeds) {
    this.deeds = List.copyOf(deeds);
    span = Span.of(operations);
    operations.stream()
        .sorted(java.util.Comparator.comparing(TimelinePicture::row))
        .forEach(this::count);
  }

  /** Lists of one line share a row, as one takes the place of the other. */
  private static String row(Operation operation) {
    return operation.key().replaceFirst("-\\d+$", "");
  }

  private void count(Operation operation) {
    boolean done = Gaps.answered(operation.told());
    long at = operation.returnedNanos() == Long.MAX_VALUE
        ? operation.calledNanos()
        : operation.returnedNanos();
    int slice = (int) Math.min(SLICES - 1, (at - span.beganNanos()) * SLICES / span.nanos());
    rows.computeIfAbsent(row(operation), key -> new int[2][SLICES])[done ? 0 : 1][slice]++;
  }

  /** The picture as SVG. */
  String svg() {
    int height = TOP + ROW * (rows.size() + 2);
    StringBuilder svg = new StringBuilder(String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
            + "font-family=\"sans-serif\" font-size=\"10\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
        WIDTH + LEFT + 20,
        height));
    deeds.forEach(deed -> svg.append(deed(deed, height)));
    int y = TOP;
    for (Map.Entry<String, int[][]> row : rows.entrySet()) {
      svg.append(String.format(
          Locale.ROOT, "<text x=\"4\" y=\"%d\">%s</text>%n", y + ROW - 4, row.getKey()));
      svg.append(slices(row.getValue(), y));
      y += ROW;
    }
    return svg.append(axis(y)).append("</svg>\n").toString();
  }

  private double x(long nanos) {
    return LEFT + (double) WIDTH * (nanos - span.beganNanos()) / span.nanos();
  }

  private String deed(Deed deed, int height) {
    return String.format(
        Locale.ROOT,
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f6d5d5\">"
            + "<title>%s</title></rect>%n"
            + "<text x=\"%.1f\" y=\"%d\" transform=\"rotate(-20 %.1f %d)\">%s</text>%n",
        x(deed.beganNanos()),
        TOP,
        x(deed.endedNanos()) - x(deed.beganNanos()),
        height - TOP - 2 * ROW,
        deed.text(),
        x(deed.beganNanos()),
        TOP - 4,
        x(deed.beganNanos()),
        TOP - 4,
        deed.faults().get(0).text());
  }

  /** Dark where many calls succeeded, red where some failed, nothing where there were none. */
  private static String slices(int[][] counts, int y) {
    StringBuilder text = new StringBuilder();
    double width = (double) WIDTH / SLICES;
    for (int i = 0; i < SLICES; i++) {
      int done = counts[0][i];
      if (done + counts[1][i] > 0) {
        String fill = done == 0 ? "#d03030" : "#2a6099";
        double opacity = done == 0 ? 1 : Math.min(1, 0.3 + done / 20.0);
        text.append(String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\" "
                + "fill-opacity=\"%.2f\"/>%n",
            LEFT + i * width,
            y + 2,
            width,
            ROW - 4,
            fill,
            opacity));
      }
    }
    return text.toString();
  }

  private String axis(int y) {
    StringBuilder text = new StringBuilder();
    long seconds = span.nanos() / 1_000_000_000;
    long step = Math.max(10, seconds / 20 / 10 * 10);
    for (long at = 0; at <= seconds; at += step) {
      text.append(String.format(
          Locale.ROOT,
          "<text x=\"%.1f\" y=\"%d\">%d s</text>%n",
          x(span.beganNanos() + at * 1_000_000_000),
          y + ROW,
          at));
    }
    return text.toString();
  }
}
