package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final long ME = 5;

  /** What the watch tells. */
  private static final class Told implements Watch.Listener {
    final List<Boolean> renewing = new ArrayList<>();
    final Set<Long> cut = new HashSet<>();
    List<NodeRow> rows = List.of();
    int blind;

    @Override
    public void seen(List<NodeRow> seen, boolean renews) {
      rows = seen;
      renewing.add(renews);
    }

    @Override
    public void blind() {
      blind++;
    }

    @Override
    public boolean cutFrom(NodeRow node) {
      return cut.contains(node.epoch());
    }
  }

  private final FakeArbiter arbiter = new FakeArbiter();
  private final ManualTime time = new ManualTime();
  private final Told told = new Told();
  private boolean renewing = true;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Metrics metrics = Metrics.of(registry, OpenTelemetry.noop(), "foo");
  private final Watch watch = new Watch(
      arbiter,
      ME,
      time,
      Duration.ofMillis(50),
      0,
      new Threads("test"),
      () -> renewing,
      told,
      metrics.node());

  @BeforeEach
  void registerAll() {
    for (long epoch : new long[] {1, 2, 3, ME}) {
      arbiter.put(FakeArbiter.row(epoch, "n" + epoch, "n" + epoch + ":1#1", true));
    }
  }

  private void look(Duration forTime) {
    for (Duration left = forTime; left.toMillis() > 0; left = left.minusMillis(50)) {
      time.advance(Duration.ofMillis(50));
      watch.look();
    }
  }

  private List<Long> fenced() {
    return arbiter.nodes.values().stream()
        .filter(row -> row.state() == State.FENCED)
        .map(NodeRow::epoch)
        .toList();
  }

  @Test
  void ofManySilentNodesOneIsFencedInEachTimeToLive() {
    look(Duration.ofMillis(1_150));
    assertThat(fenced()).hasSize(1);
    assertThat(told.rows).extracting(NodeRow::state).contains(State.FENCED);
    look(Duration.ofMillis(900));
    assertThat(fenced()).hasSize(1);
    look(Duration.ofMillis(150));
    assertThat(fenced()).hasSize(2);
    assertThat(fenced()).doesNotContain(ME);
  }

  @Test
  void silentNodesThatTheEngineCannotReachAreFencedTogether() {
    told.cut.addAll(Set.of(1L, 3L));
    look(Duration.ofMillis(1_150));
    assertThat(fenced()).contains(1L, 3L);
  }

  @Test
  void aSilentNodeThatWasToldToGoIsFencedWhateverElseIs() {
    arbiter.state(2, State.EVICTING);
    arbiter.state(3, State.EVICTING);
    look(Duration.ofMillis(1_150));
    assertThat(fenced()).contains(2L, 3L);
  }

  @Test
  void theFencesOfOthersCountAsWell() {
    look(Duration.ofSeconds(1));
    arbiter.fenceDead(1, 2);
    look(Duration.ofMillis(900));
    assertThat(fenced()).containsExactly(1L);
  }

  @Test
  void whoCannotRenewItselfFencesNobody() {
    renewing = false;
    look(Duration.ofSeconds(5));
    assertThat(fenced()).isEmpty();
    assertThat(told.renewing).isNotEmpty().doesNotContain(true);
  }

  @Test
  void anOutageOfTheDatabaseIsToldAndProvesNothing() {
    look(Duration.ofSeconds(1));
    arbiter.down.add("nodes");
    look(Duration.ofMillis(100));
    assertThat(told.blind).isEqualTo(2);
    arbiter.down.clear();
    look(Duration.ofSeconds(1));
    assertThat(fenced()).isEmpty();
  }
}
