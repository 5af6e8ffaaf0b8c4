package dev.holdfast.runtime;

import dev.holdfast.spi.Codec.CodecException;

/**
 * Reads what {@link PackedOut} wrote. Whatever the bytes are, it ends with a value or a
 * {@link CodecException}, and takes no more memory than they do. Confined to one thread.
 */
final class PackedIn {
  private final byte[] bytes;
  private int at;

  PackedIn(byte[] bytes) {
    this.bytes = bytes;
  }

  private void need(int more) {
    if (bytes.length - at < more) {
      throw new CodecException("they end too early");
    }
  }

  int one() {
    need(1);
    return bytes[at++] & 0xff;
  }

  long eight() {
    need(Long.BYTES);
    at += Long.BYTES;
    return (long) PackedOut.LONG.get(bytes, at - Long.BYTES);
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = one();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        boolean shortest = shift == 0 || next != 0;
        boolean fits = shift < 63 || next == 1;
        if (shortest && fits) {
          return value;
        }
        break;
      }
    }
    throw new CodecException("a number at byte " + at + " is not written as it should be");
  }

  long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /** How many of something follow, each of which takes at least one byte. */
  int count() {
    long count = number();
    if (count < 0 || count > bytes.length - at) {
      throw new CodecException("there are fewer than the number at byte " + at + " says");
    }
    return (int) count;
  }

  String text() {
    char[] chars = new char[count()];
    for (int i = 0; i < chars.length; i++) {
      long next = number();
      if (next < 0 || next > Character.MAX_VALUE) {
        throw new CodecException("no character at byte " + at);
      }
      chars[i] = (char) next;
    }
    return new String(chars);
  }

  void end() {
    if (at < bytes.length) {
      throw new CodecException("there is more after byte " + at);
    }
  }
}
