package dev.holdfast.protocol;

import dev.holdfast.spi.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells requests apart: the first 64 bits of the SHA-256 of kind, name and JSON. */
final class Fingerprint {
  private Fingerprint() {}

  static long of(Request request) {
    MessageDigest digest = sha256();
    for (String part : new String[] {request.kind().name(), request.name(), request.json()}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) { // every Java platform has it
      throw new IllegalStateException(e);
    }
  }
}
