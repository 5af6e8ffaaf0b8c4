package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.HeartbeatWatch.Heartbeat;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatWatchTest {
  private static final long TTL = 1_000_000_000;
  private static final LeaseTerms TERMS = LeaseTerms.ofTtl(TTL);
  private static final long TICK = 10_000_000;
  private static final Heartbeat STILL = new Heartbeat(7, 41, TTL);

  private final HeartbeatWatch watch = new HeartbeatWatch();
  private long now = Long.MAX_VALUE - 3 * TICK;

  private List<Heartbeat> look(Heartbeat... heartbeats) {
    now += TICK;
    return watch.observe(now, List.of(heartbeats));
  }

  /** For how long the node is looked at before it counts as silent. */
  private long silentAfter() {
    long since = now + TICK;
    for (int i = 0; i < 1_000; i++) {
      if (!look(STILL).isEmpty()) {
        return now - since;
      }
    }
    throw new AssertionError("never silent");
  }

  @Test
  void aCounterThatStandsStillForItsTimeIsSilent() {
    assertThat(silentAfter()).isBetween(TERMS.silenceNanos(), TERMS.silenceNanos() + TICK - 1);
    assertThat(look(STILL)).containsExactly(STILL);
  }

  @Test
  void itIsKnownWhenTheNextNodeFallsSilentIfItDoes() {
    assertThat(watch.nanosUntilSilent(now)).isEqualTo(Long.MAX_VALUE);
    look(STILL, new Heartbeat(8, 1, 2 * TTL));
    assertThat(watch.nanosUntilSilent(now + TICK)).isEqualTo(TERMS.silenceNanos() - TICK);
    now += TERMS.silenceNanos() / 3;
    look(STILL, new Heartbeat(8, 2, 2 * TTL));
    now += TERMS.silenceNanos() / 3;
    look(STILL, new Heartbeat(8, 3, 2 * TTL));
    now += TERMS.silenceNanos() / 3;
    assertThat(look(STILL)).containsExactly(STILL);
    assertThat(watch.nanosUntilSilent(now)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aCounterThatMovesIsNot() {
    for (int i = 0; i < 500; i++) {
      assertThat(look(new Heartbeat(7, i / 50, TTL))).isEmpty();
    }
  }

  @Test
  void aMoveStartsTheTimeAnew() {
    look(new Heartbeat(7, 40, TTL));
    now += TERMS.silenceNanos() / 4;
    assertThat(silentAfter()).isGreaterThanOrEqualTo(TERMS.silenceNanos());
  }

  @Test
  void anInterruptionStartsTheTimeAnew() {
    for (int i = 0; i < 100; i++) {
      assertThat(look(STILL)).isEmpty();
    }
    watch.interrupted();
    assertThat(silentAfter()).isGreaterThanOrEqualTo(TERMS.silenceNanos());
  }

  @Test
  void aLongGapStartsTheTimeAnew() {
    for (int i = 0; i < 100; i++) {
      assertThat(look(STILL)).isEmpty();
    }
    now += TERMS.ttlNanos() / 2;
    assertThat(silentAfter()).isGreaterThanOrEqualTo(TERMS.silenceNanos());
  }

  @Test
  void twoLooksFarApartProveNothing() {
    look(STILL);
    now += 100 * TERMS.silenceNanos();
    assertThat(look(STILL)).isEmpty();
  }

  @Test
  void aNodeThatWasGoneMeanwhileStartsAnew() {
    for (int i = 0; i < 100; i++) {
      look(STILL);
    }
    look();
    assertThat(silentAfter()).isGreaterThanOrEqualTo(TERMS.silenceNanos());
  }

  @Test
  void nodesAreToldApart() {
    int i = 0;
    while (look(STILL, new Heartbeat(8, i, TTL)).isEmpty()) {
      i++;
    }
    assertThat(look(STILL, new Heartbeat(8, i + 1, TTL))).containsExactly(STILL);
  }

  @Test
  void eachNodeIsJudgedByItsOwnTimeToLive() {
    Heartbeat slow = new Heartbeat(8, 1, 3 * TTL);
    while (look(STILL, slow).isEmpty()) {
      assertThat(watch.mayFence(now, STILL, false)).isTrue();
    }
    long first = now;
    assertThat(look(STILL, slow)).containsExactly(STILL);
    while (!look(STILL, slow).contains(slow)) {
      assertThat(now - first).isLessThan(3 * TTL);
    }
    assertThat(now - first).isGreaterThan(2 * TTL);
  }

  @Test
  void whoHasBeenSilentForTheLongestTimeComesFirst() {
    Heartbeat later = new Heartbeat(3, 1, TTL);
    look(STILL);
    look(STILL, later);
    List<Heartbeat> silent = List.of();
    while (silent.size() < 2) {
      silent = look(later, STILL);
    }
    assertThat(silent).containsExactly(STILL, later);
  }

  @Test
  void onlyOneSilentNodeIsFencedInItsTimeUnlessTheEngineCannotReachItEither() {
    assertThat(watch.mayFence(now, STILL, false)).isTrue();
    watch.fenced(now);
    assertThat(watch.mayFence(now + TTL - 1, STILL, false)).isFalse();
    assertThat(watch.mayFence(now + TTL - 1, STILL, true)).isTrue();
    assertThat(watch.mayFence(now + TTL, STILL, false)).isTrue();
  }
}
