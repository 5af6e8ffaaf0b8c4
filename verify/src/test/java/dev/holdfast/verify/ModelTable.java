package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * What TLC found, as rows of the tables in {@code docs/protocol.md}, section "The model". Kept in
 * {@code target/model} as well, to be copied from there. Thread-safe.
 */
final class ModelTable {
  private final Set<String> rows = new ConcurrentSkipListSet<>();
  private final Path file;

  ModelTable(String name) {
    this.file = SourceTree.root().resolve("verify/target/model").resolve(name);
  }

  /** A row of a table in the documentation, which must have it in just these words. */
  void document(String row) {
    rows.add("| " + row);
    try {
      assertThat(Files.readString(SourceTree.root().resolve("docs/protocol.md")))
          .as("docs/protocol.md, section \"The model\", must say what the model says now")
          .contains("| " + row);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prints all rows, and keeps them in the file. */
  void tell() {
    String table = String.join("\n", rows) + "\n";
    System.out.println(table);
    try {
      Files.writeString(file, table);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static String thousands(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
