package dev.holdfast.runtime;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.EntityKey;
import java.nio.charset.StandardCharsets;

/**
 * Maps entities to shards: MurmurHash3 (Austin Appleby, x86, 32 bit, seed 0) of {@code type/id} in
 * UTF-8, modulo the number of shards. Any change here needs a new {@link Arbiter#HASH_VERSION}.
 */
final class Shards {
  private Shards() {}

  static int of(EntityKey key, int shards) {
    return Math.floorMod(murmur3(key.toString().getBytes(StandardCharsets.UTF_8)), shards);
  }

  static int murmur3(byte[] bytes) {
    int hash = 0;
    int blocks = bytes.length / 4;
    for (int i = 0; i < blocks; i++) {
      hash = Integer.rotateLeft(hash ^ mixed(little(bytes, i * 4, 4)), 13) * 5 + 0xe6546b64;
    }
    hash ^= mixed(little(bytes, blocks * 4, bytes.length % 4)) ^ bytes.length;
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }

  private static int mixed(int block) {
    return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
  }

  private static int little(byte[] bytes, int from, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[from + i] & 0xff) << (8 * i);
    }
    return value;
  }
}
