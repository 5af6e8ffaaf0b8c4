package dev.holdfast.verify.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Draws calls per second over reads per write, both on logarithmic axes, as SVG. Stateless. */
final class PolicyPicture {
  private static final int LEFT = 80;
  private static final int TOP = 50;
  private static final int WIDTH = 560;
  private static final int HEIGHT = 300;
  private static final Map<String, String> COLOURS =
      Map.of("on", "#c2410c", "off", "#6b7280", "policy", "#1d4ed8");
  private static final Map<String, String> NAMES = Map.of(
      "on", "a copy for every reader", "off", "no copies", "policy", "as the policy decides");

  private final double leastRatio;
  private final double mostRatio;
  private final double leastCalls;
  private final double mostCalls;
  private final StringBuilder svg = new StringBuilder();

  private PolicyPicture(NavigableMap<String, NavigableMap<Double, Numbers>> calls) {
    List<Double> all = calls.values().stream()
        .flatMap(line -> line.values().stream())
        .map(Numbers::median)
        .sorted()
        .toList();
    NavigableMap<Double, Numbers> first = calls.firstEntry().getValue();
    this.leastRatio = first.firstKey();
    this.mostRatio = first.lastKey();
    this.leastCalls = Math.pow(10, Math.floor(Math.log10(all.get(0))));
    this.mostCalls = Math.pow(10, Math.ceil(Math.log10(all.get(all.size() - 1))));
  }

  static String of(NavigableMap<String, NavigableMap<Double, Numbers>> calls) {
    return new PolicyPicture(calls).draw(calls);
  }

  private String draw(NavigableMap<String, NavigableMap<Double, Numbers>> calls) {
    svg.append("""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 430" font-family="sans-serif" font-size="12">
        <rect width="700" height="430" fill="white"/>
        """);
    text(LEFT, 24, "start", "Calls per second, by how many reads there are to a write");
    text(LEFT + WIDTH / 2, TOP + HEIGHT + 40, "middle", "reads to one write");
    for (double at = leastCalls; at <= mostCalls * 1.01; at *= 10) {
      line(LEFT, y(at), LEFT + WIDTH, y(at));
      text(LEFT - 8, y(at) + 4, "end", String.format(Locale.ROOT, "%,.0f", at));
    }
    for (double at : calls.firstEntry().getValue().keySet()) {
      line(x(at), TOP + HEIGHT, x(at), TOP + HEIGHT + 5);
      text(
          x(at),
          TOP + HEIGHT + 20,
          "middle",
          at < 1 ? "1:" + Math.round(1 / at) : String.format(Locale.ROOT, "%,.0f", at));
    }
    int row = 0;
    for (String mode : List.of("policy", "on", "off")) {
      curve(mode, calls.getOrDefault(mode, new TreeMap<>()), row++);
    }
    return svg.append("</svg>\n").toString();
  }

  private void curve(String mode, NavigableMap<Double, Numbers> calls, int row) {
    String colour = COLOURS.getOrDefault(mode, "black");
    String points = calls.entrySet().stream()
        .map(point -> x(point.getKey()) + "," + y(point.getValue().median()))
        .collect(Collectors.joining(" "));
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"%s\"/>%n"
        .formatted(colour, points));
    calls.forEach(
        (ratio, measured) -> svg.append("<circle r=\"3\" fill=\"%s\" cx=\"%d\" cy=\"%d\"/>%n"
            .formatted(colour, x(ratio), y(measured.median()))));
    int at = TOP + 14 + 18 * row;
    svg.append("<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"3\" fill=\"%s\"/>%n"
        .formatted(LEFT + 12, at - 5, colour));
    text(LEFT + 34, at, "start", NAMES.getOrDefault(mode, mode));
  }

  private int x(double ratio) {
    double share = Math.log(ratio / leastRatio) / Math.log(mostRatio / leastRatio);
    return (int) Math.round(LEFT + WIDTH * share);
  }

  private int y(double calls) {
    double share = Math.log(calls / leastCalls) / Math.log(mostCalls / leastCalls);
    return (int) Math.round(TOP + HEIGHT * (1 - share));
  }

  private void line(int x1, int y1, int x2, int y2) {
    svg.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d1d5db\"/>%n"
        .formatted(x1, y1, x2, y2));
  }

  private void text(int x, int y, String anchor, String text) {
    svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#374151\">%s</text>%n"
        .formatted(x, y, anchor, text));
  }
}
