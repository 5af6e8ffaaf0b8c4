package dev.holdfast.server.cli;

import java.util.Map;

/** How text looks on a terminal; plain where colours are unwanted or would be noise. Immutable. */
enum Style {
  PLAIN,
  COLOURED;

  /** Coloured on a terminal, unless {@code NO_COLOR} is set or the terminal cannot. */
  static Style of(boolean terminal, Map<String, String> environment) {
    boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty()
        || environment.getOrDefault("TERM", "").equals("dumb");
    return terminal && !unwanted ? COLOURED : PLAIN;
  }

  String value(String text) {
    return sgr("1", text);
  }

  String name(String text) {
    return sgr("36", text);
  }

  String faint(String text) {
    return sgr("2", text);
  }

  String good(String text) {
    return sgr("32", text);
  }

  String bad(String text) {
    return sgr("31", text);
  }

  /** Select graphic rendition, of ECMA-48. */
  private String sgr(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
  }
}
