package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WordsTest {
  @Test
  void wordsAreSplitAtSpace() {
    assertThat(Words.split("  set  entity_1\tworking "))
        .containsExactly("set", "entity_1", "working");
  }

  @Test
  void quotesAndBackslashesKeepSpace() {
    assertThat(Words.split("get 'a b' \"c d\" e\\ f g'h i'j"))
        .containsExactly("get", "a b", "c d", "e f", "gh ij");
  }

  @Test
  void quotesInsideOthersAreKept() {
    assertThat(Words.split("set x '\"5\"' \"a\\\"b\""))
        .containsExactly("set", "x", "\"5\"", "a\"b");
  }

  @Test
  void jsonIsTakenAsItStands() {
    assertThat(Words.split("set x {\"a\": [1, \"} \\\" '\"]} --json"))
        .containsExactly("set", "x", "{\"a\": [1, \"} \\\" '\"]}", "--json");
  }

  @Test
  void anEmptyWordCanBeWritten() {
    assertThat(Words.split("set '' \"\"")).containsExactly("set", "", "");
  }

  @Test
  void whatIsNotClosedIsRefused() {
    assertThatThrownBy(() -> Words.split("get 'a")).hasMessageContaining("not closed");
    assertThatThrownBy(() -> Words.split("set x {\"a\":1")).hasMessageContaining("not closed");
    assertThatThrownBy(() -> Words.split("set x {\"a\":\"\\")).hasMessageContaining("not closed");
  }
}
