package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Forgotten.Mark;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  private Operations decoded(String text) {
    return json.decode(text).get();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(decoded(json.encode(ALL))).isEqualTo(ALL);
    assertThat(decoded(json.encode(Operations.NONE))).isEqualTo(Operations.NONE);
    assertThat(json.encode(Operations.NONE)).isEqualTo("{\"version\":2,\"done\":\"AAABAQE\"}");
  }

  @Test
  void rowsOfVersion1AreStillRead() {
    assertThat(decoded("""
        {"version":1,"made":[{"id":"hf-1-2","fingerprint":-9223372036854775808,"revision":3,\
        "answer":null}],"timed":[{"id":"017f22e2-79b0-7cc3-98c4-dc0c0c07398f",\
        "fingerprint":9223372036854775807,"revision":4,"answer":"{\\"a\\":1}"}],\
        "chosen":[{"id":"mine","fingerprint":1,"revision":5,"answer":"\\"é\\""}],\
        "forgotten":{"made":[{"epoch":1,"number":1},{"epoch":3,"number":7}],\
        "rest":{"epoch":2,"number":9},"millis":1700000000000}}""")).isEqualTo(ALL);
    assertThat(decoded("""
        {"version":1,"made":[],"timed":[],"chosen":[],\
        "forgotten":{"made":[],"rest":{"epoch":-1,"number":-1},"millis":-1}}""")).isEqualTo(Operations.NONE);
  }

  /** PostgreSQL keeps rows of up to 2 KiB as they are, and compresses others at each write. */
  @Test
  void whatABusyEntityRemembersIsSmall() {
    Random random = new Random(3);
    List<Done> made = new ArrayList<>();
    long number = 4_000_000;
    for (int i = 0; i < 64; i++) {
      number += random.nextInt(100, 1_000);
      made.add(new Done("hf-12-" + number, random.nextLong(), 1_000_000 + i, null));
    }
    Forgotten forgotten = new Forgotten(List.of(new Mark(12, 4_000_000)), Mark.NONE, -1);
    Operations operations = new Operations(made, List.of(), List.of(), forgotten);
    assertThat(json.encode(operations)).hasSizeLessThan(1_000);
    assertThat(decoded(json.encode(operations))).isEqualTo(operations);
  }

  /** They are looked for by their order. */
  @Test
  void whatIsNotInOrderIsDamaged() {
    List<Done> made = List.of(new Done("hf-1-2", 1, 3, null), new Done("hf-1-1", 1, 2, null));
    String text = json.encode(new Operations(made, List.of(), List.of(), Forgotten.NONE));
    assertThatThrownBy(() -> json.decode(text))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("damaged");
  }

  /** A store may keep the same JSON as another text. */
  @Test
  void aStoreMayWriteTheJsonAnew() {
    String text = json.encode(ALL);
    String done = text.substring(text.lastIndexOf(':') + 1, text.length() - 1);
    assertThat(decoded("{ \"done\" : " + done + ",\n\"version\" : 2 }")).isEqualTo(ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":2,\"done\":\"\"}",
        "{\"version\":2,\"done\":\"A\"}",
        "{\"version\":2,\"done\":\"AAABAQ\"}",
        "{\"version\":2,\"done\":\"AAABAQEA\"}",
        "{\"version\":2,\"done\":\"AAAB*QE\"}",
        "{\"version\":2,\"done\":\"AAAB\u0141QE\"}",
        "{\"version\":1}",
        "{\"version\":1,\"made\":[],\"timed\":[],\"chosen\":[],\"forgotten\":null}",
        "{\"version\":1,\"made\":[],\"timed\":[],\"chosen\":[],\"forgotten\":{\"millis\":1}}",
        "{\"version\":1,\"made\":[null],\"timed\":[],\"chosen\":[],\"forgotten\":"
            + "{\"made\":[],\"rest\":{\"epoch\":-1,\"number\":-1},\"millis\":-1}}"
      })
  void whatIsDamagedIsNotTakenForNothing(String text) {
    assertThatThrownBy(() -> json.decode(text))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{}",
        "{\"version\":2}",
        "{\"version\":2,\"done\":\"",
        "{\"version\":2,\"done\":\"AAABAQE\",\"more\":1}",
        "{\"version\":3,\"done\":\"AAABAQE\"}",
        "{\"version\":3,\"made\":[],\"timed\":[],\"chosen\":[],\"forgotten\":null}",
        "[{\"id\":\"a\",\"fingerprint\":1,\"revision\":0,\"answer\":null}]"
      })
  void whatAnotherVersionWroteIsNotTakenForNothing(String text) {
    assertThatThrownBy(() -> json.decode(text))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("another version");
  }
}
