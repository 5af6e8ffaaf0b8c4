package dev.holdfast.server.wire;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with a text that is not JSON. Stateless. */
public final class JsonProblem {
  /** Where the text came from, as far as the parser may tell: nothing that helps. */
  private static final Pattern SOURCE =
      Pattern.compile("\\s*\\(?(start marker at )?\\[?Source: .*", Pattern.DOTALL);

  private JsonProblem() {}

  /** The place and the reason, in one line. */
  public static String words(JacksonException problem) {
    return "line " + problem.getLocation().getLineNr() + ", column "
        + problem.getLocation().getColumnNr() + ": "
        + SOURCE.matcher(problem.getOriginalMessage()).replaceFirst("");
  }
}
