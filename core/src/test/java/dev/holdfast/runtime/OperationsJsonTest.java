package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Forgotten.Mark;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec.CodecException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsJsonTest {
  private static final Operations ALL = new Operations(
      List.of(new Done("hf-1-2", Long.MIN_VALUE, 3, null)),
      List.of(new Done("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", Long.MAX_VALUE, 4, "{\"a\":1}")),
      List.of(new Done("mine", 1, 5, "\"é\"")),
      new Forgotten(List.of(new Mark(1, 1), new Mark(3, 7)), new Mark(2, 9), 1_700_000_000_000L));

  private final OperationsJson json = new OperationsJson(new JacksonCodec());

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(json.decode(json.encode(ALL))).isEqualTo(ALL);
    assertThat(json.decode(json.encode(Operations.NONE))).isEqualTo(Operations.NONE);
    assertThat(json.encode(ALL)).startsWith("{\"version\":1,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{}",
        "{\"version\":2,\"made\":[],\"timed\":[],\"chosen\":[],\"forgotten\":null}",
        "[{\"id\":\"a\",\"fingerprint\":1,\"revision\":0,\"answer\":null}]"
      })
  void whatAnotherVersionWroteIsNotTakenForNothing(String text) {
    assertThatThrownBy(() -> json.decode(text))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("another version");
  }
}
