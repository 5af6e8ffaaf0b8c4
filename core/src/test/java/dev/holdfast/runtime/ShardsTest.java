package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.EntityKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "hello, 248bfa47",
    "'hello, world', 149bbb7f",
    "The quick brown fox jumps over the lazy dog, 2e4ff723"
  })
  void theHashIsMurmur3(String text, String hash) {
    int computed = Shards.murmur3(text.getBytes(StandardCharsets.UTF_8));
    assertThat(Integer.toHexString(computed)).isEqualTo(hash);
  }

  /** Entities are stored under their shards: never change a number here. */
  @ParameterizedTest
  @CsvSource({
    "entity, entity_1, 27, 1051",
    "entity, entity_2, 62, 2750",
    "order, x, 114, 754",
    "order, 0815, 40, 2472",
    "counter, hot, 0, 1920",
    "order, é, 107, 2283",
    "order, 日本, 104, 2280",
    "order, a/b c, 39, 3239"
  })
  void anEntityStaysInItsShardForEver(String type, String id, int of128, int of4096) {
    EntityKey key = new EntityKey(type, id);
    assertThat(Arbiter.HASH_VERSION).isEqualTo(1);
    assertThat(Shards.of(key, 128)).isEqualTo(of128);
    assertThat(Shards.of(key, 4_096)).isEqualTo(of4096);
    assertThat(Shards.of(key, 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 100, 128})
  void idsSpreadEvenly(int shards) {
    int[] counts = new int[shards];
    for (int i = 0; i < 1_000 * shards; i++) {
      counts[Shards.of(new EntityKey("order", "order-" + i), shards)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(850);
    assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1_150);
  }

  @Test
  void theTypeIsPartOfTheKey() {
    long same = 0;
    for (int i = 0; i < 1_000; i++) {
      int order = Shards.of(new EntityKey("order", "" + i), 128);
      same += order == Shards.of(new EntityKey("user", "" + i), 128) ? 1 : 0;
    }
    assertThat(same).isLessThan(30);
  }
}
