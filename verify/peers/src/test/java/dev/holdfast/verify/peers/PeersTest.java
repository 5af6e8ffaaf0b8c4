package dev.holdfast.verify.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every peer that runs in this process does what it is measured at. */
final class PeersTest {
  private static final List<String> IDS = Measuring.ids(6);

  @TempDir
  private static Path folder;

  private static Servers servers;

  @BeforeAll
  static void startServers() throws IOException {
    servers = Servers.start(folder, true);
  }

  @AfterAll
  static void stopServers() throws IOException {
    servers.close();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"ELIXIR", "MAP", "LOOPBACK", "DATABASE_BEST", "HOLDFAST_NO_COPIES", "HOLDFAST_SQLITE"
      })
  void whatIsSetOnOneNodeIsReadOnTheOther(Kind kind) throws Exception {
    assumeTrue(kind != Kind.REDIS || servers.hasRedis(), Servers.NO_REDIS);
    Setting setting = servers.newSetting(2, folder.resolve(kind.label()));
    try (Peer peer = kind.start(setting)) {
      peer.load(IDS);
      for (int i = 0; i < IDS.size(); i++) {
        peer.set(i % 2, IDS.get(i), 100 + i).get(30, TimeUnit.SECONDS);
        assertThat(peer.get(1 - i % 2, IDS.get(i)).get(30, TimeUnit.SECONDS)).isEqualTo(100 + i);
        boolean any = kind == Kind.DATABASE || kind == Kind.REDIS;
        assertThat(peer.owner(i % 2, IDS.get(i))).isBetween(any ? Peer.NOBODY : 0, 1);
      }
    }
  }

  @Test
  void entitiesOfANodeThatIsKilledAreMissedUntilAnotherNodeHasThem() {
    Measurement silence = silenceOf(Task.FAILOVER_KILL);
    assertThat(silence.medianMillis()).isBetween(100.0, 60_000.0);
    assertThat(silence.failed()).isZero();
  }

  @Test
  void aNodeThatIsClosedInOrderEndsAndLeavesItsEntitiesToOthers() {
    Measurement silence = silenceOf(Task.FAILOVER_CLOSE);
    assertThat(silence.medianMillis()).isBetween(1.0, 30_000.0);
    assertThat(silence.failed()).isZero();
  }

  private static Measurement silenceOf(Task event) {
    Setting setting = servers.newSetting(Failover.NODES, folder.resolve(event.label()));
    return new Failover(Kind.HOLDFAST_SQLITE, setting, event, Duration.ofSeconds(1)).measure();
  }

  @Test
  void theLimitOfTheDatabaseIsReachedWithoutAFailure() {
    Setting setting = servers.newSetting(1, folder.resolve("best"));
    DatabaseBest best = new DatabaseBest(setting, Measuring.ids(1_000));
    assertThat(best.rowsPerSecond(64, 2, 0, TimeUnit.MILLISECONDS.toNanos(300))).isPositive();
  }
}
