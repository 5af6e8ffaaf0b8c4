package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.NodeRow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JoiningTest {
  private static final long ME = 5;
  private static final String OTHER = "other:1#9";

  private final FakeArbiter arbiter = new FakeArbiter();
  private final FakeEngine engine = new FakeEngine();
  private final SteppingTicker ticker = new SteppingTicker(Duration.ofSeconds(5));
  private boolean over;

  private final Joining joining = joining(Duration.ZERO);

  private Joining joining(Duration probation) {
    Pause pause = time -> {
      if (over) {
        throw new NotDone.CannotStart("over");
      }
    };
    return new Joining(arbiter, engine, ticker, pause, ME, probation);
  }

  private void formedBy(long epoch, String address) {
    arbiter.formation = new Arbiter.Formation(1, epoch);
    arbiter.put(FakeArbiter.row(epoch, "other", address, true));
  }

  private boolean isMember() {
    NodeRow row = arbiter.nodes.get(ME);
    return row != null && row.member();
  }

  @Test
  void theFirstFormsTheCluster() {
    joining.join();
    assertThat(engine.joins).containsExactly(List.of());
    assertThat(arbiter.formation).isEqualTo(new Arbiter.Formation(1, ME));
    assertThat(isMember()).isTrue();
  }

  @Test
  void theOthersJoinLiveMembersAndFormNothing() {
    formedBy(1, OTHER);
    arbiter.onLook = () -> {
      engine.joined = !engine.joins.isEmpty();
      engine.members = Set.of("me:1#1", OTHER);
    };
    joining.join();
    assertThat(engine.joins).containsExactly(List.of(OTHER));
    assertThat(isMember()).isTrue();
  }

  @Test
  void aClusterWithoutLiveNodesIsNotJoined() {
    formedBy(1, OTHER);
    engine.joined = true;
    engine.members = Set.of("me:1#1", "dead:1#3");
    assertThatThrownBy(joining::join).isInstanceOf(NotDone.CannotStart.class);
    assertThat(isMember()).isFalse();
  }

  @Test
  void aNodeWhoseLifeIsOverGivesUp() {
    formedBy(1, OTHER);
    over = true;
    assertThatThrownBy(joining::join).isInstanceOf(NotDone.CannotStart.class).hasMessage("over");
    assertThat(engine.joins).hasSize(1);
  }

  @Test
  void aNodeOnProbationIsNoMemberBeforeItsTime() {
    formedBy(1, OTHER);
    engine.joined = true;
    engine.members = Set.of("me:1#1", OTHER);
    long began = ticker.nanos();
    joining(Duration.ofSeconds(30)).join();
    assertThat(ticker.nanos() - began).isGreaterThan(30_000_000_000L);
    assertThat(isMember()).isTrue();
  }

  @Test
  void aNodeOnProbationThatSomebodyCannotReachGivesUpWithoutBeingAMember() {
    formedBy(1, OTHER);
    engine.joined = true;
    engine.members = Set.of("me:1#1", OTHER);
    NodeRow other = FakeArbiter.row(1, "other", OTHER, true);
    arbiter.put(FakeArbiter.unreachable(other, Set.of(ME)));
    assertThatThrownBy(() -> joining(Duration.ofSeconds(30)).join())
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("cannot reach");
    assertThat(isMember()).isFalse();
  }

  @Test
  void aDatabaseThatIsDownIsNamedWhenTimeIsUp() {
    arbiter.down.add("formation");
    assertThatThrownBy(joining::join)
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("the database does not answer");
  }
}
