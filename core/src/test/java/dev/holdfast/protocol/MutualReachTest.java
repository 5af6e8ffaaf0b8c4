package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.MutualReach.Cut;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MutualReachTest {
  private static List<Long> nodes(int count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private static List<Cut> pairs(int count) {
    List<Cut> pairs = new ArrayList<>();
    for (long low = 1; low <= count; low++) {
      for (long high = low + 1; high <= count; high++) {
        pairs.add(new Cut(low, high));
      }
    }
    return pairs;
  }

  private static Set<Cut> chosen(List<Cut> pairs, int bits) {
    return IntStream.range(0, pairs.size())
        .filter(i -> (bits >> i & 1) == 1)
        .mapToObj(pairs::get)
        .collect(Collectors.toSet());
  }

  private static boolean reachEachOther(Set<Long> nodes, Set<Cut> cuts) {
    return cuts.stream().noneMatch(cut -> nodes.contains(cut.low()) && nodes.contains(cut.high()));
  }

  /** Tries all sets: the largest, and of those the one with the lowest epoch that differs. */
  private static Set<Long> byTrying(int count, Set<Cut> cuts) {
    Comparator<Set<Long>> larger = Comparator.comparingInt(Set::size);
    Comparator<Set<Long>> lower = Comparator.comparingInt(set -> LongStream.rangeClosed(1, count)
        .mapToInt(node -> set.contains(node) ? 1 << (count - (int) node) : 0)
        .sum());
    return IntStream.range(0, 1 << count)
        .mapToObj(bits -> nodes(count).stream()
            .filter(node -> (bits >> (node - 1) & 1) == 1)
            .collect(Collectors.<Long, Set<Long>>toCollection(TreeSet::new)))
        .filter(set -> reachEachOther(set, cuts))
        .max(larger.thenComparing(lower))
        .orElseThrow();
  }

  @Test
  void onEveryGraphOfUpToFiveNodesTheLargestSetIsFoundAndTiesGoToTheLowestEpoch() {
    for (int count = 1; count <= 5; count++) {
      List<Cut> pairs = pairs(count);
      for (int bits = 0; bits < 1 << pairs.size(); bits++) {
        Set<Cut> cuts = chosen(pairs, bits);
        assertThat(MutualReach.largest(nodes(count), cuts))
            .as("cuts %s", cuts)
            .isEqualTo(byTrying(count, cuts));
      }
    }
  }

  @Test
  void theHalvesOfALargeClusterAreToldApart() {
    Set<Cut> cuts = pairs(101).stream()
        .filter(cut -> cut.low() % 2 != cut.high() % 2)
        .collect(Collectors.toSet());
    assertThat(MutualReach.largest(nodes(101), cuts))
        .hasSize(51)
        .allSatisfy(node -> assertThat(node % 2).isOne());
  }

  @Test
  void manySeparateCutsAreSettledOneByOne() {
    Set<Cut> cuts = LongStream.range(0, 50)
        .mapToObj(i -> new Cut(2 * i + 1, 2 * i + 2))
        .collect(Collectors.toSet());
    assertThat(MutualReach.largest(nodes(100), cuts))
        .hasSize(50)
        .allSatisfy(node -> assertThat(node % 2).isOne());
  }

  @Test
  void cutsWithoutOrderAreSettledInBoundedTimeAndNobodyStaysAwayInVain() {
    Random random = new Random(42);
    Set<Cut> cuts = new HashSet<>(pairs(120));
    cuts.removeIf(cut -> random.nextInt(100) >= 10);
    Set<Long> staying = MutualReach.largest(nodes(120), cuts);
    assertThat(staying).isEqualTo(MutualReach.largest(nodes(120), new ArrayList<>(cuts)));
    assertThat(reachEachOther(staying, cuts)).isTrue();
    assertThat(nodes(120)).allSatisfy(node -> {
      Set<Long> more = new HashSet<>(staying);
      assertThat(more.add(node) && reachEachOther(more, cuts)).isFalse();
    });
  }
}
