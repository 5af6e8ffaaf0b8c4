package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Forgotten.Mark;
import dev.holdfast.protocol.OperationId.Chosen;
import dev.holdfast.protocol.OperationId.Made;
import dev.holdfast.protocol.OperationId.Timed;
import org.junit.jupiter.api.Test;

class ForgottenTest {
  private static Forgotten of(Made... all) {
    Forgotten forgotten = Forgotten.NONE;
    for (Made made : all) {
      forgotten = forgotten.and(made);
    }
    return forgotten;
  }

  @Test
  void eachOriginHasAMarkOfItsOwnThatOnlyRises() {
    Forgotten forgotten = of(new Made(1, 9), new Made(2, 5), new Made(1, 4));
    assertThat(forgotten.covers(new Made(1, 9))).isTrue();
    assertThat(forgotten.covers(new Made(1, 10))).isFalse();
    assertThat(forgotten.covers(new Made(2, 6))).isFalse();
    assertThat(forgotten.covers(new Made(3, 1))).isFalse();
    assertThat(forgotten.covers(new Chosen())).isFalse();
  }

  @Test
  void severalIdsOfOneMillisecondAreForgottenTogether() {
    Forgotten forgotten = Forgotten.NONE.and(new Timed(7)).and(new Timed(5));
    assertThat(forgotten.covers(new Timed(7))).isTrue();
    assertThat(forgotten.covers(new Timed(8))).isFalse();
    assertThat(Forgotten.NONE.covers(new Timed(0))).isFalse();
    assertThat(forgotten.covers(new Made(1, 1))).isFalse();
  }

  @Test
  void theMarkRaisedLeastRecentlyIsFoldedIntoTheRest() {
    Forgotten forgotten = of(new Made(1, 10), new Made(2, 20));
    for (int epoch = 3; epoch <= Forgotten.ORIGINS + 1; epoch++) {
      forgotten = forgotten.and(new Made(1, 100 + epoch)).and(new Made(epoch, 1));
    }
    assertThat(forgotten.made()).hasSize(Forgotten.ORIGINS);
    assertThat(forgotten.rest()).isEqualTo(new Mark(2, 20));
    assertThat(forgotten.covers(new Made(2, 20))).isTrue();
    assertThat(forgotten.covers(new Made(2, 21))).as("goes on beyond").isFalse();
    assertThat(forgotten.covers(new Made(1, 118))).as("has its own mark still").isFalse();
    assertThat(forgotten.covers(new Made(99, 1))).as("of a later epoch").isFalse();
  }

  @Test
  void whoComesBackFromTheRestIsMarkedNoLowerThanItWas() {
    Forgotten forgotten = of(new Made(2, 20));
    for (int epoch = 3; epoch <= Forgotten.ORIGINS + 2; epoch++) {
      forgotten = forgotten.and(new Made(epoch, 1));
    }
    assertThat(forgotten.rest()).isEqualTo(new Mark(2, 20));
    forgotten = forgotten.and(new Made(2, 3));
    assertThat(forgotten.made()).endsWith(new Mark(2, 20));
    assertThat(forgotten.rest()).isEqualTo(new Mark(3, 20));
    assertThat(forgotten.made()).hasSize(Forgotten.ORIGINS);
  }

  @Test
  void foldingNeverUncoversWhatWasCovered() {
    java.util.Random random = new java.util.Random(4);
    Forgotten forgotten = Forgotten.NONE;
    java.util.Set<Made> all = new java.util.HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      Made made = new Made(random.nextInt(60), random.nextInt(1_000));
      all.add(made);
      forgotten = forgotten.and(made);
      assertThat(all).allMatch(forgotten::covers);
    }
  }
}
