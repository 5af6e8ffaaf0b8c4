package dev.holdfast.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes numbers and text in few bytes; {@link PackedIn} reads them. Confined to one thread. */
final class PackedOut {
  /** A long in an array of bytes, the highest byte first. */
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[1024];
  private int size;

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
  }

  void one(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** For what is never small. */
  void eight(long value) {
    room(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** Seven bits in each byte, the lowest first (LEB128): for what is mostly small. */
  void number(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      one(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    one((int) rest);
  }

  /** For what is mostly near zero, on either side of it. */
  void signed(long value) {
    number((value << 1) ^ (value >> 63));
  }

  /** Char by char, so that even half a pair of surrogates comes back; ASCII takes a byte each. */
  void text(String text) {
    number(text.length());
    for (int i = 0; i < text.length(); i++) {
      number(text.charAt(i));
    }
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }
}
