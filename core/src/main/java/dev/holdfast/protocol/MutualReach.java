package dev.holdfast.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the largest set of nodes that all reach each other; of several as large the one with the
 * lowest epoch in which they differ.
 *
 * <p>That is the largest set in which no two are cut from each other. Nodes without a cut belong to
 * it, and groups of nodes that no cut connects are independent of each other, so the search runs
 * within one group. It takes the lowest node in or leaves it out, whichever gives more. Where cuts
 * are many and without order that takes too long; beyond a fixed number of steps the node with the
 * most cuts goes, again and again. Either way the result depends on the graph alone, so that all
 * nodes find the same.
 */
final class MutualReach {
  private static final int STEPS = 100_000;

  /** Two nodes of which at least one cannot reach the other. */
  record Cut(long low, long high) {
    static Cut between(long one, long other) {
      return new Cut(Math.min(one, other), Math.max(one, other));
    }
  }

  private final Map<Long, Set<Long>> cuts = new TreeMap<>();
  private int steps;

  private MutualReach(Collection<Long> nodes, Collection<Cut> between) {
    nodes.forEach(node -> cuts.put(node, new TreeSet<>()));
    for (Cut cut : between) {
      cutsOf(cut.low).add(cut.high);
      cutsOf(cut.high).add(cut.low);
    }
  }

  /**
   * Finds it.
   *
   * @param between cuts between some of {@code nodes}
   */
  static Set<Long> largest(Collection<Long> nodes, Collection<Cut> between) {
    MutualReach graph = new MutualReach(nodes, between);
    Set<Long> staying = new TreeSet<>();
    Set<Long> open = new TreeSet<>(nodes);
    while (!open.isEmpty()) {
      List<Long> group = graph.group(open.iterator().next());
      open.removeAll(group);
      graph.steps = 0;
      List<Long> best = graph.best(group);
      staying.addAll(graph.steps > STEPS ? graph.thinned(group) : best);
    }
    return staying;
  }

  private Set<Long> cutsOf(long node) {
    return cuts.getOrDefault(node, Set.of());
  }

  /** All that cuts lead to from that node on, in order. */
  private List<Long> group(long from) {
    Set<Long> group = new TreeSet<>(Set.of(from));
    Deque<Long> next = new ArrayDeque<>(List.of(from));
    while (!next.isEmpty()) {
      for (long other : cutsOf(next.remove())) {
        if (group.add(other)) {
          next.add(other);
        }
      }
    }
    return List.copyOf(group);
  }

  private List<Long> best(List<Long> rest) {
    if (rest.isEmpty() || ++steps > STEPS) {
      return List.of();
    }
    long lowest = rest.get(0);
    List<Long> others = rest.subList(1, rest.size());
    List<Long> reached =
        others.stream().filter(node -> !cutsOf(lowest).contains(node)).toList();
    List<Long> with = new ArrayList<>(List.of(lowest));
    with.addAll(best(reached));
    if (reached.size() == others.size()) {
      return with;
    }
    List<Long> without = best(others);
    return with.size() >= without.size() ? with : without;
  }

  private Set<Long> thinned(List<Long> group) {
    Set<Long> left = new TreeSet<>(group);
    Comparator<Long> byCuts = Comparator.comparingInt(node -> cutsWithin(left, node));
    while (true) {
      long worst = Collections.max(left, byCuts.thenComparing(Comparator.naturalOrder()));
      if (cutsWithin(left, worst) == 0) {
        break;
      }
      left.remove(worst);
    }
    group.stream().filter(node -> cutsWithin(left, node) == 0).forEach(left::add);
    return left;
  }

  private int cutsWithin(Set<Long> nodes, long node) {
    return (int) cutsOf(node).stream().filter(nodes::contains).count();
  }
}
