package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Downing.Fate;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final long ME = 1;
  private static final long OTHER = 2;
  private static final String HERE = "me:1#1";
  private static final String THERE = "other:1#9";

  private final FakeArbiter arbiter = new FakeArbiter();
  private final FakeEngine engine = new FakeEngine();
  private final ManualTime time = new ManualTime();
  private final LeaseGuard lease = new LeaseGuard(time, LeaseTerms.ofTtl(1_000_000_000));
  private final List<Fate> fates = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private int removals;
  private int changes;
  private final Membership membership = new Membership(
      engine,
      arbiter,
      new Claims(arbiter, ME, lease, time, time, (shard, then) -> then.run()),
      time,
      ME,
      fates::add,
      () -> removals++,
      () -> changes++,
      live -> {},
      new NodeMeters(new Meters(registry, "me")));

  @BeforeEach
  void twoMembers() {
    engine.members = Set.of(HERE, THERE);
    arbiter.put(FakeArbiter.row(ME, "me", HERE, true));
    arbiter.put(FakeArbiter.row(OTHER, "other", THERE, true));
  }

  private void look(Duration forTime) {
    for (Duration left = forTime; left.toMillis() > 0; left = left.minusMillis(100)) {
      time.advance(Duration.ofMillis(100));
      arbiter.beat(ME);
      arbiter.beat(OTHER);
      membership.seen(arbiter.nodes(), true);
    }
  }

  private State stateOfOther() {
    return arbiter.nodes().stream()
        .filter(row -> row.epoch() == OTHER)
        .map(NodeRow::state)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoIsOutOfReachIsSaidInTheRowAndEvictedWhenThatLasts() {
    engine.unreachable = Set.of(THERE);
    look(Duration.ofMillis(100));
    assertThat(membership.unreachable()).containsExactly(OTHER);
    assertThat(changes).isEqualTo(1);
    arbiter.put(FakeArbiter.unreachable(arbiter.nodes().get(0), membership.unreachable()));
    look(Duration.ofMillis(900));
    assertThat(stateOfOther()).isEqualTo(State.UP);
    look(Duration.ofMillis(300));
    assertThat(stateOfOther()).isEqualTo(State.EVICTING);
    assertThat(engine.downed).isEmpty();
    assertThat(fates).isEmpty();
  }

  @Test
  void aCutIsNotCountedWhileTheRowsCannotBeRead() {
    arbiter.put(FakeArbiter.unreachable(arbiter.nodes().get(0), Set.of(OTHER)));
    look(Duration.ofMillis(900));
    membership.blind();
    look(Duration.ofMillis(900));
    assertThat(stateOfOther()).isEqualTo(State.UP);
  }

  @Test
  void membersThatAreOverAreRemoved() {
    look(Duration.ofMillis(100));
    arbiter.state(OTHER, State.FENCED);
    look(Duration.ofMillis(100));
    assertThat(engine.downed).containsExactly(THERE);
    assertThat(removals).isPositive();
  }

  @Test
  void callsHurryAlsoWhenTheEngineHasRemovedAMemberByAnothersWord() {
    look(Duration.ofMillis(200));
    assertThat(removals).isZero();
    arbiter.state(OTHER, State.FENCED);
    engine.members = Set.of(HERE);
    look(Duration.ofMillis(200));
    assertThat(engine.downed).isEmpty();
    assertThat(removals).isEqualTo(1);
  }

  @Test
  void theNodeHearsThatItHasToGo() {
    arbiter.state(ME, State.EVICTING);
    look(Duration.ofMillis(100));
    arbiter.state(ME, State.FENCED);
    look(Duration.ofMillis(100));
    assertThat(fates).containsExactly(Fate.GOES, Fate.OVER);
  }

  @Test
  void aNodeIsCutOffIfTheEngineSaysSoOrNothingListensWhereItWas() {
    NodeRow other = arbiter.nodes().get(1);
    assertThat(membership.cutFrom(other)).isFalse();
    engine.unreachable = Set.of(THERE);
    assertThat(membership.cutFrom(other)).isTrue();
    engine.members = Set.of(HERE);
    engine.unreachable = Set.of();
    assertThat(membership.cutFrom(other)).isTrue();
    engine.listening = Set.of(THERE);
    assertThat(membership.cutFrom(other)).isFalse();
  }
}
