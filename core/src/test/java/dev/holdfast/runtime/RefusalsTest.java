package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalsTest {
  private final FakeArbiter arbiter = new FakeArbiter();
  private final ManualTime threads = new ManualTime();
  private final Refusals refusals = new Refusals(arbiter, 7, threads);

  @Test
  void aFloodOfRefusalsIsToldOncePerShardAndToken() {
    for (int i = 0; i < 1_000; i++) {
      refusals.refused(3, 5);
      refusals.refused(4, 5);
      threads.work();
    }
    assertThat(arbiter.refusals)
        .containsExactly("shard 3 epoch 7 token 5", "shard 4 epoch 7 token 5");
  }

  @Test
  void aLaterTokenIsToldAnEarlierOneIsNot() {
    refusals.refused(3, 5);
    refusals.refused(3, 6);
    refusals.refused(3, 5);
    threads.work();
    assertThat(arbiter.refusals)
        .containsExactly("shard 3 epoch 7 token 5", "shard 3 epoch 7 token 6");
  }

  @Test
  void aDatabaseThatDoesNotAnswerOrANodeThatClosesIsNoHarm() {
    arbiter.down.add("refused");
    refusals.refused(3, 5);
    threads.work();
    threads.shutdown();
    refusals.refused(3, 6);
    assertThat(arbiter.refusals).isEmpty();
  }
}
