package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestingTest {
  private final ManualTime time = new ManualTime();
  private final Resting resting = Resting.begun(time, time);
  private final List<Entity> rested = new ArrayList<>();

  private final class Entity implements Resting.Busy {
    private boolean again;

    @Override
    public boolean again() {
      boolean before = again;
      again = false;
      return before;
    }

    @Override
    public void rest() {
      rested.add(this);
    }
  }

  private Entity busy() {
    Entity entity = new Entity();
    resting.add(entity);
    return entity;
  }

  @Test
  void whoIsLeftAloneForAMinuteRestsOnce() {
    Entity entity = busy();
    time.advance(Duration.ofSeconds(59));
    assertThat(rested).isEmpty();
    time.advance(Duration.ofSeconds(2));
    assertThat(rested).containsExactly(entity);
    assertThat(resting.size()).isZero();
    time.advance(Duration.ofHours(1));
    assertThat(rested).containsExactly(entity);
  }

  @Test
  void whoIsWantedAgainRestsAMinuteLater() {
    Entity wanted = busy();
    time.advance(Duration.ofSeconds(30));
    wanted.again = true;
    Entity other = busy();
    time.advance(Duration.ofSeconds(31));
    assertThat(rested).isEmpty();
    time.advance(Duration.ofSeconds(30));
    assertThat(rested).containsExactly(other);
    time.advance(Duration.ofSeconds(31));
    assertThat(rested).containsExactly(other, wanted);
  }

  @Test
  void manyRestByAndBy() {
    for (int i = 0; i < 2_500; i++) {
      busy();
    }
    time.advance(Duration.ofMinutes(1));
    assertThat(rested).hasSize(1_000);
    time.advance(Duration.ofSeconds(1));
    assertThat(rested).hasSize(2_500);
  }
}
