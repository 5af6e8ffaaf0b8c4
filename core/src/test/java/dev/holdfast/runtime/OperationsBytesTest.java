package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.Forgotten;
import dev.holdfast.protocol.Forgotten.Mark;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Codec.CodecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsBytesTest {
  /** They are nearly what a node makes, or a UUID, and must not become it. */
  private static final List<String> DECEIVING = List.of(
      "",
      "hf-",
      "hf-1",
      "hf-1-",
      "hf--1-2",
      "hf-1--2",
      "hf-01-2",
      "hf-1-02",
      "hf-1-2-3",
      "hf-1-2 ",
      "HF-1-2",
      "hf-\u0661-2",
      "hf-1-1000000000000000000",
      "hf-9223372036854775807-1",
      "hf-1-18446744073709551617",
      "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398F",
      "017f22e279b07cc398c4dc0c0c07398f",
      "17f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398\uff46",
      "{017f22e2-79b0-7cc3-98c4-dc0c0c0739}",
      "------------------------------------",
      "\ud800",
      "a\udc00\ud800b");

  private final Random random = new Random(7);

  private static Operations again(Operations operations) {
    return OperationsBytes.read(OperationsBytes.write(operations));
  }

  private static Operations of(String... ids) {
    return Operations.of(
        Stream.of(ids).map(id -> new Done(id, 1, 1, null)).toList(), Forgotten.NONE);
  }

  @Test
  void everyIdComesBackAsItWas() {
    for (String id : DECEIVING) {
      assertThat(again(of(id))).as(id).isEqualTo(of(id));
      assertThat(again(of("hf-1-2", id, "hf-1-3"))).isEqualTo(of("hf-1-2", id, "hf-1-3"));
    }
    String largest = "hf-999999999999999999-999999999999999999";
    assertThat(again(of(largest, "hf-0-0", largest))).isEqualTo(of(largest, "hf-0-0", largest));
  }

  @Test
  void whateverIsWrittenIsReadAgain() {
    for (int i = 0; i < 2_000; i++) {
      Operations operations = any();
      assertThat(again(operations)).isEqualTo(operations);
    }
  }

  private Operations any() {
    List<Done> all = new ArrayList<>();
    long revision = random.nextInt(1_000_000);
    for (int left = random.nextInt(100); left > 0; left--) {
      revision = random.nextInt(20) == 0 ? random.nextLong() : revision + random.nextInt(3);
      all.add(new Done(id(), random.nextLong(), revision, answer()));
    }
    List<Mark> marks = new ArrayList<>();
    for (int left = random.nextInt(17); left > 0; left--) {
      marks.add(new Mark(number(), number()));
    }
    Mark rest = random.nextBoolean() ? Mark.NONE : new Mark(number(), number());
    return Operations.of(all, new Forgotten(marks, rest, number()));
  }

  private String id() {
    return switch (random.nextInt(5)) {
      case 0 -> DECEIVING.get(random.nextInt(DECEIVING.size()));
      case 1 -> new UUID(random.nextLong(), random.nextLong()).toString();
      case 2 ->
        new UUID((random.nextLong() & ~0xf000) | 0x7000, (random.nextLong() >>> 1) | (1L << 63))
            .toString();
      default -> "hf-" + random.nextInt(3) + "-" + random.nextLong(1L << random.nextInt(1, 59));
    };
  }

  private @Nullable String answer() {
    int length = random.nextInt(1, 1 << random.nextInt(1, 11));
    return random.nextBoolean()
        ? null
        : random
            .ints(length, 0, random.nextBoolean() ? 128 : 65_536)
            .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
            .toString();
  }

  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  @Test
  void entitiesThatHaveForgottenNothingShareThat() {
    assertThat(again(of("x")).forgotten()).isSameAs(Forgotten.NONE);
  }

  @Test
  void bytesThatEndTooEarlyAreRefused() {
    byte[] bytes = OperationsBytes.write(any());
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> OperationsBytes.read(part)).isInstanceOf(CodecException.class);
    }
    assertThatThrownBy(() -> OperationsBytes.read(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("there is more");
  }

  @Test
  void wrongBytesAreRefusedOrMeanSomethingElseButBreakNothing() {
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = OperationsBytes.write(any());
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Operations other = OperationsBytes.read(bytes);
        assertThat(OperationsBytes.write(other)).isNotEmpty();
      } catch (CodecException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 19_000);
  }

  /** As numbers with a comma between them; 1 operation, nothing forgotten, unless it says so. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1,-1,-1,-1,7", // 2 thousand million operations
        "-1,-1,-1,-1,-1,-1,-1,-1,-1,1", // more than there are numbers for
        "1,4,-1,-1,-1,-1,7,97", // an id of so many characters
        "1,4,1,-128,-128,4,0,0,0,0,0,0,0,0,0,1,1,1", // a character beyond all
        "1,4,1,-31,0,0,0,0,0,0,0,0,0,0,1,1,1", // 97, but in two bytes
        "1,16,1,97,0,0,0,0,0,0,0,0,0,1,1,1", // flags that nobody sets
        "1,6,1,2,0,0,0,0,0,0,0,0,0,1,1,1", // a node before the first
        "1,6,2,1,0,0,0,0,0,0,0,0,0,1,1,1", // a number before the first
        "0,-1,-1,-1,-1,7,1,1,1", // so many marks
        "0,0,1,1,-1,-1,-1,-1,-1,-1,-1,-1,-1,2" // a time of 65 bits
      })
  void whatNobodyWritesIsRefused(String text) {
    assertThatThrownBy(() -> OperationsBytes.read(bytes(text))).isInstanceOf(CodecException.class);
  }

  @Test
  void theFormIsFixed() {
    Operations one = Operations.of(List.of(new Done("hf-1-2", 3, 1, "a")), Forgotten.NONE);
    assertThat(OperationsBytes.write(one))
        .isEqualTo(bytes("1,14,2,4,0,0,0,0,0,0,0,3,1,97,0,1,1,1"));
    assertThat(OperationsBytes.write(of("b"))).isEqualTo(bytes("1,4,1,98,0,0,0,0,0,0,0,1,0,1,1,1"));
  }

  private static byte[] bytes(String text) {
    String[] numbers = text.split(",", -1);
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = Byte.parseByte(numbers[i]);
    }
    return bytes;
  }
}
