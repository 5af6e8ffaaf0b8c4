package dev.holdfast.verify.peers;

/** The text that an entity's value is stored as. Stateless. */
final class Json {
  private static final String BEFORE = "{\"count\":";

  private Json() {}

  static String of(long count) {
    return BEFORE + count + "}";
  }

  static long count(String json) {
    return Long.parseLong(json, BEFORE.length(), json.length() - 1, 10);
  }
}
