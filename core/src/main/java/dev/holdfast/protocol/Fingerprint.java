package dev.holdfast.protocol;

import dev.holdfast.spi.Request;

/**
 * Tells requests apart: the first half of MurmurHash3 (Austin Appleby, x64, 128 bit, seed 0) of
 * kind, name and JSON. Stored in rows: a change here makes repetitions look like other requests.
 */
final class Fingerprint {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK = 16;

  private Fingerprint() {}

  /** Kind and name hold no control characters, so that no two requests make the same text. */
  static long of(Request request) {
    return murmur3(utf16(request.kind() + "\n" + request.name() + "\n" + request.json()));
  }

  private static byte[] utf16(String text) {
    byte[] bytes = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      bytes[2 * i] = (byte) text.charAt(i);
      bytes[2 * i + 1] = (byte) (text.charAt(i) >>> 8);
    }
    return bytes;
  }

  static long murmur3(byte[] bytes) {
    long h1 = 0;
    long h2 = 0;
    int at = 0;
    for (; at + BLOCK <= bytes.length; at += BLOCK) {
      h1 ^= mixed(little(bytes, at, 8), C1, 31, C2);
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mixed(little(bytes, at + 8, 8), C2, 33, C1);
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    int rest = bytes.length - at;
    h1 ^= mixed(little(bytes, at, Math.min(rest, 8)), C1, 31, C2);
    h2 ^= mixed(little(bytes, at + 8, Math.max(rest - 8, 0)), C2, 33, C1);
    h1 ^= bytes.length;
    h2 ^= bytes.length;
    h1 += h2;
    h2 += h1;
    return finished(h1) + finished(h2);
  }

  private static long mixed(long block, long by, int rotation, long then) {
    return Long.rotateLeft(block * by, rotation) * then;
  }

  private static long finished(long hash) {
    long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private static long little(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[from + i] & 0xffL) << (8 * i);
    }
    return value;
  }
}
