package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Downing.Fate;
import dev.holdfast.protocol.Downing.Sight;
import dev.holdfast.protocol.Downing.Verdict;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DowningTest {
  private static final Duration TTL = Duration.ofSeconds(3);
  private static final long TICK = 100_000_000;
  private static final int RENEWAL_TICKS = 5;
  private static final int STABLE_TICKS = 12;

  private final Map<Long, NodeRow> rows = new TreeMap<>();
  private final Map<Long, Downing> nodes = new TreeMap<>();
  private final Set<Long> silent = new HashSet<>();
  private final Set<Long> failing = new HashSet<>();
  private Set<String> strangers = Set.of();
  private long now = Long.MAX_VALUE - 20 * TICK;
  private int ticks;

  private void start(int count) {
    for (long epoch = 1; epoch <= count; epoch++) {
      nodes.put(epoch, new Downing(epoch));
      rows.put(epoch, row(epoch, State.UP, 0, true, Set.of(), TTL));
    }
  }

  private static NodeRow row(
      long epoch, State state, long beat, boolean member, Set<Long> cut, Duration ttl) {
    String place = address(epoch);
    return new NodeRow(epoch, "u" + epoch, "n" + epoch, place, "", state, beat, member, cut, ttl);
  }

  private static String address(long epoch) {
    return "host:" + epoch + "#1";
  }

  private void change(long epoch, UnaryOperator<NodeRow> change) {
    rows.computeIfPresent(epoch, (e, row) -> change.apply(row));
  }

  private static NodeRow with(NodeRow row, State state) {
    return row(
        row.epoch(), state, row.heartbeat(), row.member(), row.unreachable(), row.leaseTtl());
  }

  private void cut(long from, Long... to) {
    change(
        from,
        row -> row(
            row.epoch(), row.state(), row.heartbeat(), row.member(), Set.of(to), row.leaseTtl()));
  }

  /** One look of every node at the same rows. */
  private Map<Long, Verdict> look() {
    now += TICK;
    ticks++;
    if (ticks % RENEWAL_TICKS == 0) {
      rows.replaceAll((epoch, row) -> silent.contains(epoch) || row.state() == State.EVICTING
          ? row
          : row(
              epoch,
              row.state(),
              row.heartbeat() + 1,
              row.member(),
              row.unreachable(),
              row.leaseTtl()));
    }
    Set<String> members = new HashSet<>(strangers);
    rows.values().forEach(row -> members.add(row.address()));
    Map<Long, Verdict> verdicts = new HashMap<>();
    nodes.forEach((epoch, downing) -> verdicts.put(
        epoch,
        downing.observe(
            new Sight(now, List.copyOf(rows.values()), members, !failing.contains(epoch)))));
    return verdicts;
  }

  private static Verdict of(Map<Long, Verdict> verdicts, long epoch) {
    return Objects.requireNonNull(verdicts.get(epoch));
  }

  private Set<Long> evicted(int looks) {
    Set<Long> evicted = new HashSet<>();
    for (int i = 0; i < looks; i++) {
      look().values().forEach(verdict -> evicted.addAll(verdict.evict()));
    }
    return evicted;
  }

  // Settling cuts

  @Test
  void onEveryGraphOfUpToFiveNodesAllWhoStayNameTheSameVictimsAndReachEachOther() {
    for (int count = 1; count <= 5; count++) {
      int pairs = count * (count - 1) / 2;
      for (int bits = 0; bits < 1 << pairs; bits++) {
        settle(count, bits);
      }
    }
  }

  private void settle(int count, int bits) {
    rows.clear();
    nodes.clear();
    start(count);
    int pair = 0;
    for (long low = 1; low <= count; low++) {
      for (long high = low + 1; high <= count; high++, pair++) {
        if ((bits >> pair & 1) == 1) {
          // One of the two notices: who it is must not matter.
          long witness = pair % 2 == 0 ? low : high;
          NodeRow row = rows.getOrDefault(witness, row(witness, State.UP, 0, true, Set.of(), TTL));
          List<Long> all = new ArrayList<>(row.unreachable());
          all.add(low + high - witness);
          cut(witness, all.toArray(Long[]::new));
        }
      }
    }
    Map<Long, Verdict> verdicts = Map.of();
    for (int i = 0; i < STABLE_TICKS + 2; i++) {
      verdicts = look();
    }
    check(verdicts, bits);
  }

  private void check(Map<Long, Verdict> verdicts, int bits) {
    Set<Set<Long>> named = verdicts.values().stream()
        .map(Verdict::evict)
        .filter(victims -> !victims.isEmpty())
        .collect(Collectors.toSet());
    assertThat(named).hasSize(bits == 0 ? 0 : 1);
    for (Set<Long> victims : named) {
      Set<Long> staying = new HashSet<>(rows.keySet());
      staying.removeAll(victims);
      assertThat(staying).isNotEmpty();
      verdicts.forEach((epoch, verdict) -> {
        assertThat(verdict.evict()).isEqualTo(staying.contains(epoch) ? victims : Set.of());
        assertThat(verdict.staying()).isEqualTo(staying.contains(epoch) ? staying : Set.of());
      });
      assertThat(rows.values())
          .filteredOn(row -> staying.contains(row.epoch()))
          .noneMatch(row -> row.unreachable().stream().anyMatch(staying::contains));
    }
  }

  @Test
  void aCutIsSettledOnlyAfterItHasLastedForTwoFifthsOfTheTimeToLive() {
    start(3);
    evicted(20);
    cut(3, 1L);
    assertThat(evicted(STABLE_TICKS)).isEmpty();
    assertThat(evicted(2)).containsExactly(3L);
  }

  @Test
  void aCutThatIsNoticedBitByBitIsSettledAsAWhole() {
    start(5);
    evicted(20);
    cut(1, 3L);
    assertThat(evicted(STABLE_TICKS - 2)).isEmpty();
    cut(1, 3L, 4L, 5L);
    assertThat(evicted(STABLE_TICKS - 2)).isEmpty();
    cut(2, 3L, 4L, 5L);
    assertThat(evicted(STABLE_TICKS)).isEmpty();
    assertThat(evicted(2)).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void aLinkThatComesAndGoesIsNeverActedOn() {
    start(3);
    for (int i = 0; i < 20; i++) {
      cut(2, 1L);
      assertThat(evicted(STABLE_TICKS - 1)).isEmpty();
      cut(2);
      assertThat(evicted(3)).isEmpty();
    }
  }

  @Test
  void aSilentNodeIsLeftToTheFence() {
    start(3);
    evicted(20);
    silent.add(1L);
    evicted(8);
    cut(2, 1L);
    cut(3, 1L);
    assertThat(evicted(100)).isEmpty();
  }

  @Test
  void aNodeThatDiesAtTheMomentItIsCutOffTakesNobodyWithIt() {
    for (int head = 0; head < RENEWAL_TICKS; head++) {
      rows.clear();
      nodes.clear();
      silent.clear();
      start(4);
      evicted(20 + head);
      silent.add(1L);
      cut(2, 1L);
      cut(3, 1L);
      cut(4, 1L);
      assertThat(evicted(100)).isEmpty();
    }
  }

  @Test
  void aNodeThatWakesUpIsNotEvictedForWhatItMissed() {
    start(3);
    silent.add(1L);
    cut(2, 1L);
    cut(3, 1L);
    evicted(25);
    silent.clear();
    cut(1, 2L, 3L);
    assertThat(evicted(STABLE_TICKS - 3)).isEmpty();
    cut(1);
    cut(2);
    cut(3);
    assertThat(evicted(50)).isEmpty();
  }

  @Test
  void aNodeWhoseRenewalsFailEvictsNobody() {
    start(2);
    cut(1, 2L);
    failing.add(1L);
    assertThat(evicted(100)).isEmpty();
  }

  @Test
  void anInterruptionStartsTheTimeAnew() {
    start(2);
    cut(2, 1L);
    assertThat(evicted(STABLE_TICKS)).isEmpty();
    nodes.values().forEach(Downing::interrupted);
    assertThat(evicted(STABLE_TICKS)).isEmpty();
    now += 10 * TTL.toNanos();
    assertThat(evicted(STABLE_TICKS)).isEmpty();
    assertThat(evicted(RENEWAL_TICKS + 2)).containsExactly(2L);
  }

  @Test
  void aNodeThatIsNoMemberYetIsNobodysConcern() {
    start(2);
    change(2, row -> row(2, State.UP, 0, false, Set.of(1L), TTL));
    cut(1, 2L);
    assertThat(evicted(100)).isEmpty();
  }

  @Test
  void theLongestTimeToLiveDecidesHowLongACutMustLast() {
    start(2);
    change(1, row -> row(1, State.UP, 0, true, Set.of(2L), TTL.multipliedBy(4)));
    assertThat(evicted(4 * STABLE_TICKS)).isEmpty();
    assertThat(evicted(2)).containsExactly(2L);
  }

  @Test
  void whoIsEvictedAlreadyIsOutOfTheReckoning() {
    start(3);
    cut(3, 1L, 2L);
    assertThat(evicted(STABLE_TICKS + 2)).containsExactly(3L);
    change(3, row -> with(row, State.EVICTING));
    assertThat(evicted(100)).isEmpty();
  }

  // The node itself

  @Test
  void aNodeLearnsItsFateFromItsOwnRow() {
    start(3);
    change(2, row -> with(row, State.EVICTING));
    change(3, row -> with(row, State.FENCED));
    Map<Long, Verdict> verdicts = look();
    assertThat(of(verdicts, 1L).fate()).isEqualTo(Fate.STAYS);
    assertThat(of(verdicts, 2L).fate()).isEqualTo(Fate.GOES);
    assertThat(of(verdicts, 3L).fate()).isEqualTo(Fate.OVER);
    change(1, row -> with(row, State.DRAINING));
    assertThat(of(look(), 1L).fate()).isEqualTo(Fate.LEAVES);
    rows.remove(1L);
    assertThat(of(look(), 1L).fate()).isEqualTo(Fate.OVER);
  }

  // Members

  @Test
  void membersThatAreOverOrUnknownAreRemovedAndOthersStay() {
    start(4);
    strangers = Set.of("host:1#0");
    change(2, row -> with(row, State.LEFT));
    change(3, row -> with(row, State.FENCED));
    change(4, row -> with(row, State.EVICTING));
    look();
    assertThat(of(look(), 1L).down()).containsExactlyInAnyOrder("host:1#0", address(2), address(3));
  }

  @Test
  void aMemberThatCameAfterTheRowsWereReadIsNoStranger() {
    start(1);
    look();
    strangers = Set.of("host:9#1");
    assertThat(of(look(), 1L).down()).isEmpty();
    assertThat(of(look(), 1L).down()).containsExactly("host:9#1");
  }
}
