package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
  /** The algorithm's published values. */
  @ParameterizedTest
  @CsvSource({
    "'', 0000000000000000",
    "hello, cbd8a7b341bd9b02",
    "'hello, world', 342fac623a5ebc8e",
    "'The quick brown fox jumps over the lazy dog', e34bbc7bbc071b6c",
    "'The quick brown fox jumps over the lazy dog.', cd99481f9ee902c9"
  })
  void isMurmur3(String text, String hash) {
    long actual = Fingerprint.murmur3(text.getBytes(StandardCharsets.US_ASCII));
    assertThat(String.format("%016x", actual)).isEqualTo(hash);
  }

  @Test
  void everyPartOfARequestCounts() {
    assertThat(Fingerprint.of(ListApplier.change("a", "append", "Aa")))
        .isEqualTo(Fingerprint.of(ListApplier.change("b", "append", "Aa")))
        .isNotEqualTo(Fingerprint.of(ListApplier.change("a", "append", "BB")))
        .isNotEqualTo(Fingerprint.of(ListApplier.change("a", "appendA", "a")))
        .isNotEqualTo(Fingerprint.of(ListApplier.set("a", "Aa")));
    assertThat(Fingerprint.of(ListApplier.set("a", "\u0161")))
        .isNotEqualTo(Fingerprint.of(ListApplier.set("a", "a")));
    assertThat(IntStream.range(0, 50)
            .mapToObj(length -> Fingerprint.of(ListApplier.set("a", "x".repeat(length))))
            .distinct())
        .hasSize(50);
  }
}
