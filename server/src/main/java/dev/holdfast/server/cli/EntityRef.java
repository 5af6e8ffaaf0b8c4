package dev.holdfast.server.cli;

import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.server.wire.UrlPath;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which entity is meant. */
record EntityRef(String type, String id) {
  private static final Pattern TYPE_AND_ID = Pattern.compile("([a-z][a-z0-9_]{0,62})/(.+)");

  /**
   * Reads what a user wrote. With a type given, all of it is the id; so an id with a slash in it
   * can be written too. An empty id is refused here: in a path it would not be seen.
   *
   * @param type the type given apart; empty if none was
   * @param usual asked for the type if neither names one
   */
  static EntityRef parse(String text, String type, Supplier<String> usual) {
    if (text.isEmpty()) {
      throw new CommandFailure(
          FailureKind.INVALID_ID.code(),
          "an id must not be empty",
          CommandFailure.NOT_DONE,
          FailureKind.INVALID_ID.exit());
    }
    if (!type.isEmpty()) {
      return new EntityRef(type, text);
    }
    Matcher both = TYPE_AND_ID.matcher(text);
    return both.matches()
        ? new EntityRef(both.group(1), both.group(2))
        : new EntityRef(usual.get(), text);
  }

  String path() {
    return UrlPath.of("v1", type, id);
  }
}
