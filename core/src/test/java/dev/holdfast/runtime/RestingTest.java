package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestingTest {
  private final ManualTime time = new ManualTime();
  private final Resting resting = Resting.begun(time, time);
  private final List<Entity> rested = new ArrayList<>();

  /** An entity whose mailbox is emptied by hand, or at once. */
  private final class Entity {
    final Deque<Runnable> mailbox = new ArrayDeque<>();
    final Resting.Busy busy;
    boolean waits;
    boolean atWork;

    Entity() {
      busy = resting.busy(this::accept, () -> atWork, () -> rested.add(this));
    }

    void accept(Runnable task) {
      mailbox.add(task);
      if (!waits) {
        handle();
      }
    }

    void handle() {
      mailbox.forEach(Runnable::run);
      mailbox.clear();
    }
  }

  private void pass(int seconds) {
    time.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void whoIsLeftAloneForAMinuteRestsOnce() {
    Entity entity = new Entity();
    pass(59);
    assertThat(rested).isEmpty();
    pass(2);
    assertThat(rested).containsExactly(entity);
    assertThat(resting.size()).isZero();
    pass(3_600);
    assertThat(rested).containsExactly(entity);
  }

  @Test
  void whoIsWantedAgainRestsAMinuteLater() {
    Entity wanted = new Entity();
    pass(30);
    wanted.busy.changed();
    Entity other = new Entity();
    pass(31);
    assertThat(rested).isEmpty();
    pass(30);
    assertThat(rested).containsExactly(other);
    pass(31);
    assertThat(rested).containsExactly(other, wanted);
  }

  @Test
  void whoIsWantedJustBeforeItsMailboxComesToItDoesNotRest() {
    Entity entity = new Entity();
    entity.waits = true;
    pass(61);
    entity.busy.changed();
    entity.handle();
    assertThat(rested).isEmpty();
    entity.waits = false;
    pass(61);
    assertThat(rested).containsExactly(entity);
  }

  @Test
  void whoIsAtWorkDoesNotRestUntilAMinuteAfterTheWorkIsSeen() {
    Entity entity = new Entity();
    entity.atWork = true;
    pass(150);
    entity.atWork = false;
    entity.busy.changed();
    pass(59);
    assertThat(rested).isEmpty();
    pass(62);
    assertThat(rested).containsExactly(entity);
  }

  @Test
  void whoHasLeftIsForgottenAtOnce() {
    new Entity().busy.left();
    assertThat(resting.size()).isZero();
    Entity late = new Entity();
    late.waits = true;
    pass(61);
    late.busy.left();
    late.handle();
    pass(3_600);
    assertThat(rested).isEmpty();
    assertThat(resting.size()).isZero();
  }

  @Test
  void manyRestByAndBy() {
    for (int i = 0; i < 2_500; i++) {
      new Entity();
    }
    pass(60);
    assertThat(rested).hasSize(1_000);
    pass(1);
    assertThat(rested).hasSize(2_500);
  }

  @Test
  void veryManyDoNotHaveToWaitForLong() {
    int many = 300_000;
    for (int i = 0; i < many; i++) {
      new Entity();
    }
    pass(60 + 45);
    assertThat(rested).hasSize(many);
  }

  @Test
  void anEntityThatCannotBeReachedKeepsNoOtherFromResting() {
    resting.busy(
        task -> {
          throw new IllegalStateException("the engine ends");
        },
        () -> false,
        () -> {});
    Entity other = new Entity();
    pass(61);
    assertThat(rested).containsExactly(other);
  }
}
