package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Codec.CodecException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonCodecTest {
  enum Stage {
    INITIALIZED,
    WORKING
  }

  record Order(Stage state, int count) {}

  record Price(BigDecimal amount, @Nullable String note) {}

  record Nested(List<Order> orders) {}

  private final JacksonCodec codec = new JacksonCodec();

  @Test
  void whatIsWrittenIsReadBack() {
    String json = codec.encode(new Order(Stage.WORKING, 3));
    assertThat(json).isEqualTo("{\"state\":\"working\",\"count\":3}");
    assertThat(codec.decode(json, Order.class)).isEqualTo(new Order(Stage.WORKING, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "nonsense",
        "{'count':1}",
        "{\"count\":1} {}",
        "{\"count\":1,\"count\":2}",
        "{\"count\":1,\"more\":2}",
        "{\"count\":null}",
        "{\"count\":1.5}",
        "{\"count\":\"1\"}",
        "{\"count\":99999999999}",
        "{\"state\":1}",
        "{\"state\":\"1\"}",
        "{\"state\":\"gone\"}",
        "[1]",
        "7"
      })
  void whatDoesNotFitIsRefused(String json) {
    assertThatThrownBy(() -> codec.decode(json, Order.class)).isInstanceOf(CodecException.class);
  }

  @Test
  void anUnknownConstantIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> codec.decode("{\"state\":\"gone\"}", Order.class))
        .hasMessage("state must be one of initialized, working, not \"gone\"");
    assertThatThrownBy(() -> codec.decode("{\"orders\":[{\"state\":\"gone\"}]}", Nested.class))
        .hasMessageStartingWith("orders.0.state must be one of");
  }

  @Test
  void anUnknownFieldIsNamed() {
    assertThatThrownBy(() -> codec.decode("{\"count\":1,\"stat\":2}", Order.class))
        .hasMessageContaining("unknown field \"stat\"")
        .hasMessageContaining("state")
        .hasMessageContaining("count");
  }

  @Test
  void brokenTextIsAnsweredWithItsPlace() {
    assertThatThrownBy(() -> codec.decode("{\n\"count\": oops}", Order.class))
        .hasMessageStartingWith("not JSON (line 2, column ");
  }

  @Test
  void textThatEndsTooSoonIsAnsweredWithoutTheParsersOwnWords() {
    assertThatThrownBy(() -> codec.decode("{\"state\":", tools.jackson.databind.JsonNode.class))
        .hasMessageStartingWith("not JSON (line 1")
        .hasMessageNotContaining("REDACTED")
        .hasMessageNotContaining("start marker");
  }

  @Test
  void nullIsNoTreeEither() {
    assertThat(codec.decode("null", tools.jackson.databind.JsonNode.class)).isNull();
  }

  @Test
  void depthIsLimited() {
    String deep = "[".repeat(65) + "]".repeat(65);
    String fits = "[".repeat(64) + "]".repeat(64);
    assertThat(codec.decode(fits, Object.class)).isNotNull();
    assertThatThrownBy(() -> codec.decode(deep, Object.class)).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> codec.merge("{}", deep)).isInstanceOf(CodecException.class);
  }

  /** The examples of RFC 7396, appendix A. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"b\"}; {\"a\":\"c\"}; {\"a\":\"c\"}",
        "{\"a\":\"b\"}; {\"b\":\"c\"}; {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"}; {\"a\":null}; {}",
        "{\"a\":\"b\",\"b\":\"c\"}; {\"a\":null}; {\"b\":\"c\"}",
        "{\"a\":[\"b\"]}; {\"a\":\"c\"}; {\"a\":\"c\"}",
        "{\"a\":\"c\"}; {\"a\":[\"b\"]}; {\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}}; {\"a\":{\"b\":\"d\",\"c\":null}}; {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]}; {\"a\":[1]}; {\"a\":[1]}",
        "[\"a\",\"b\"]; [\"c\",\"d\"]; [\"c\",\"d\"]",
        "{\"a\":\"b\"}; [\"c\"]; [\"c\"]",
        "{\"a\":\"foo\"}; null; null",
        "{\"a\":\"foo\"}; \"bar\"; \"bar\"",
        "{\"e\":null}; {\"a\":1}; {\"e\":null,\"a\":1}",
        "[1,2]; {\"a\":\"b\",\"c\":null}; {\"a\":\"b\"}",
        "{}; {\"a\":{\"bb\":{\"ccc\":null}}}; {\"a\":{\"bb\":{}}}"
      })
  void patchesAreMerged(String json, String patch, String merged) {
    assertThat(codec.merge(json, patch)).isEqualTo(merged);
  }

  @Test
  void aMergeLeavesOtherNumbersExactlyAsTheyAre() {
    String price = "{\"amount\":12345678901234567890.123456789012345670,\"note\":\"old\"}";
    String merged = codec.merge(price, "{\"note\":\"new\"}");
    assertThat(codec.decode(merged, Price.class))
        .isEqualTo(new Price(new BigDecimal("12345678901234567890.123456789012345670"), "new"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "1", "-2.5", "true", " \"x\" "})
  void textNumbersAndBooleansAreScalars(String json) {
    assertThat(codec.isScalar(json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[]", "x", "1 2"})
  void nothingElseIsAScalar(String json) {
    assertThat(codec.isScalar(json)).isFalse();
  }
}
