package dev.holdfast.server.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words as {@code sh} does, with quotes and backslashes; but a word that begins
 * with a brace or bracket is JSON and taken as it stands, to the matching one.
 */
final class Words {
  private final String line;
  private int at;

  private Words(String line) {
    this.line = line;
  }

  static List<String> split(String line) {
    return new Words(line).words();
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    while (skipSpace()) {
      char first = line.charAt(at);
      words.add(first == '{' || first == '[' ? json() : word());
    }
    return words;
  }

  private boolean skipSpace() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    return at < line.length();
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
      char c = line.charAt(at++);
      if (c == '\'' || c == '"') {
        quoted(c, word);
      } else if (c == '\\' && at < line.length()) {
        word.append(line.charAt(at++));
      } else {
        word.append(c);
      }
    }
    return word.toString();
  }

  private void quoted(char quote, StringBuilder word) {
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == quote) {
        at++;
        return;
      }
      boolean escape = quote == '"'
          && c == '\\'
          && at + 1 < line.length()
          && "\"\\".indexOf(line.charAt(at + 1)) >= 0;
      word.append(escape ? line.charAt(++at) : c);
    }
    throw CommandFailure.usage("a quote " + quote + " is not closed");
  }

  private String json() {
    int start = at;
    int depth = 0;
    boolean inString = false;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (inString) {
        at += c == '\\' ? 1 : 0;
        inString = c != '"';
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return line.substring(start, at);
      }
    }
    throw CommandFailure.usage("this JSON is not closed: " + line.substring(start));
  }
}
