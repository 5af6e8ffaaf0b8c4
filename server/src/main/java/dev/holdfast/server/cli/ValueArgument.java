package dev.holdfast.server.cli;

import dev.holdfast.server.wire.JsonProblem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Values as users write them: JSON, or a word that stands for itself. */
final class ValueArgument {
  private ValueArgument() {}

  /** The value as JSON; {@code working} becomes {@code "working"}. */
  static String json(String text) {
    try {
      JsonMapper.shared().readTree(requireSomething(text));
      return text;
    } catch (JacksonException e) {
      if (looksLikeJson(text)) {
        throw broken(text, e);
      }
      return JsonMapper.shared().writeValueAsString(text);
    }
  }

  /** A merge patch, which has to be an object for any sense. */
  static String patch(String text) {
    try {
      if (JsonMapper.shared().readTree(requireSomething(text)).isObject()) {
        return text;
      }
    } catch (JacksonException e) {
      if (looksLikeJson(text)) {
        throw broken(text, e);
      }
    }
    throw CommandFailure.usage(
        "a patch is a JSON object with the fields to change, such as '{\"state\":\"working\"}'");
  }

  private static String requireSomething(String text) {
    if (text.isBlank()) {
      throw CommandFailure.usage("the value is empty; an empty string is written '\"\"'");
    }
    return text;
  }

  private static boolean looksLikeJson(String text) {
    return "{[\"".indexOf(text.stripLeading().charAt(0)) >= 0;
  }

  private static CommandFailure broken(String text, JacksonException cause) {
    return CommandFailure.usage(
        "this is not JSON: " + text + " (" + JsonProblem.words(cause) + ")");
  }
}
