package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"x", "entity_1", "a/b", "a b", "é", "日本", "\ud83d\ude00", "%2F", "."})
  void anyTextWithoutControlCharactersIsAnId(String id) {
    assertThat(Ids.checked(id)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a\u0000b", "a\nb", "\u007f", "\u0085", "\ud83d", "a\ude00", "\ude00\ud83d"})
  void emptyControlAndBrokenTextIsNone(String id) {
    assertThatThrownBy(() -> Ids.checked(id)).isInstanceOf(NotDone.InvalidId.class);
  }

  @Test
  void theLimitCountsBytes() {
    assertThat(Ids.checked("x".repeat(256))).hasSize(256);
    assertThat(Ids.checked("é".repeat(128))).hasSize(128);
    assertThatThrownBy(() -> Ids.checked("x".repeat(257))).hasMessageContaining("256 bytes");
    assertThatThrownBy(() -> Ids.checked("é".repeat(129))).hasMessageContaining("256 bytes");
  }
}
