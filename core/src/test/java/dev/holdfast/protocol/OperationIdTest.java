package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.OperationId.Chosen;
import dev.holdfast.protocol.OperationId.Made;
import dev.holdfast.protocol.OperationId.Timed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationIdTest {
  @Test
  void whatANodeMadeIsReadAsItWasWritten() {
    Made id = new Made(12, 4711);
    assertThat(id).hasToString("hf-12-4711");
    assertThat(OperationId.parse("hf-12-4711")).isEqualTo(id);
    assertThat(OperationId.parse("hf-0-0")).isEqualTo(new Made(0, 0));
    assertThat(OperationId.parse("hf-999999999999999999-999999999999999999"))
        .isEqualTo(new Made(999_999_999_999_999_999L, 999_999_999_999_999_999L));
  }

  @Test
  void aUuidOfVersionSevenIsReadByItsTime() {
    assertThat(OperationId.parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))
        .isEqualTo(new Timed(0x017f22e279b0L));
    assertThat(OperationId.parse("FFFFFFFF-FFFF-7CC3-B8C4-DC0C0C07398F"))
        .isEqualTo(new Timed(0xffffffffffffL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order-42",
        "hf-",
        "hf-1",
        "hf-1-",
        "hf--1",
        "hf-01-1",
        "hf-1-01",
        "hf-1-1-1",
        "hf-1-+1",
        "hf-1-1 ",
        "HF-1-1",
        "hf-1-٣",
        "hf-1-1000000000000000000",
        "0190a3b4-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398\u0663",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
        "+17f22e2-79b0-7cc3-98c4-dc0c0c07398f"
      })
  void anythingElseIsChosen(String text) {
    assertThat(OperationId.parse(text)).isEqualTo(new Chosen());
  }
}
