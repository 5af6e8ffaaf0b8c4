package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ValueArgumentTest {
  @Test
  void jsonStaysAsItIs() {
    assertThat(ValueArgument.json("{\"a\": 1.50}")).isEqualTo("{\"a\": 1.50}");
    assertThat(ValueArgument.json("17")).isEqualTo("17");
    assertThat(ValueArgument.json("null")).isEqualTo("null");
    assertThat(ValueArgument.json("\"word\"")).isEqualTo("\"word\"");
  }

  @Test
  void aWordStandsForItself() {
    assertThat(ValueArgument.json("working")).isEqualTo("\"working\"");
    assertThat(ValueArgument.json("two words")).isEqualTo("\"two words\"");
    assertThat(ValueArgument.json("1 2")).isEqualTo("\"1 2\"");
    assertThat(ValueArgument.json("say \"hi\"")).isEqualTo("\"say \\\"hi\\\"\"");
  }

  @Test
  void brokenJsonIsNoWord() {
    assertThatThrownBy(() -> ValueArgument.json("{\"state\":")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ValueArgument.json("[1,")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ValueArgument.json("{} {}")).hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ValueArgument.json("  ")).hasMessageContaining("empty");
  }

  @Test
  void whatIsWrongWithJsonIsToldInWordsForPeople() {
    assertThatThrownBy(() -> ValueArgument.json("{\"state\":\"working\""))
        .hasMessage("this is not JSON: {\"state\":\"working\" (line 1, column 19:"
            + " Unexpected end-of-input: expected close marker for Object)");
  }

  @Test
  void aPatchIsAnObject() {
    assertThat(ValueArgument.patch("{\"a\":null}")).isEqualTo("{\"a\":null}");
    assertThatThrownBy(() -> ValueArgument.patch("working")).hasMessageContaining("object");
    assertThatThrownBy(() -> ValueArgument.patch("[]")).hasMessageContaining("object");
  }
}
