package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import java.nio.charset.StandardCharsets;

/** What an id may be: 1 to 256 bytes of UTF-8 without control characters. */
final class Ids {
  private static final int LONGEST = 256;

  private Ids() {}

  /**
   * Answers the id.
   *
   * @throws NotDone.InvalidId saying what is wrong with it
   */
  static String checked(String id) {
    if (id.isEmpty()) {
      throw new NotDone.InvalidId("an id must not be empty");
    }
    if (id.length() > LONGEST || id.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw new NotDone.InvalidId("an id is at most " + LONGEST + " bytes of UTF-8");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean pair = Character.isHighSurrogate(c)
          && i + 1 < id.length()
          && Character.isLowSurrogate(id.charAt(i + 1));
      if (Character.isISOControl(c)) {
        throw new NotDone.InvalidId("an id must not hold control characters (at " + i + ")");
      }
      if (Character.isSurrogate(c) && !pair) {
        throw new NotDone.InvalidId("an id must be well-formed Unicode (at " + i + ")");
      }
      i += pair ? 1 : 0;
    }
    return id;
  }
}
