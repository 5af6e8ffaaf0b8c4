package dev.holdfast.verify.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of a document that a program writes, between two marks. Stateless. */
final class Section {
  private static final String BEGIN = "<!-- written by ./holdfast bench --write -->";
  private static final String END = "<!-- end of what ./holdfast bench --write wrote -->";

  private Section() {}

  /** Puts the text between the marks; what stands outside of them stays as it is. */
  static void write(Path document, String text) throws IOException {
    Files.writeString(document, replaced(Files.readString(document), text));
  }

  static String replaced(String document, String text) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "the document has no place for it: put in the lines " + BEGIN + " and " + END);
    }
    return document.substring(0, begin + BEGIN.length())
        + "\n\n"
        + text.strip()
        + "\n\n"
        + document.substring(end);
  }
}
