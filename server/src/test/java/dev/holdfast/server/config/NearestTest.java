package dev.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
  @Test
  void aSwapOfNeighboursIsOneEdit() {
    assertThat(Nearest.edits("prot", "port")).isEqualTo(1);
  }

  @Test
  void editsAreCounted() {
    assertThat(Nearest.edits("", "abc")).isEqualTo(3);
    assertThat(Nearest.edits("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.edits("same", "same")).isZero();
  }

  @Test
  void theNearestIsFoundAndTheFarAwayIsNot() {
    assertThat(Nearest.to("stat", List.of("state", "status"))).contains("state");
    assertThat(Nearest.to("colour", List.of("state", "status"))).isEmpty();
  }
}
