package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * In which order readers look at value, claim, session and mark: jcstress has threads race through
 * {@link CopyOrder} and {@link OwnedOrder} some million times, compiled in several ways.
 */
class ReadOrderTest {
  @TempDir
  Path folder;

  @Test
  void noReadAnswersWhatWasChangedBeforeItBegan() throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    Process process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.openjdk.jcstress.Main",
            "-t",
            "CopyOrder|OwnedOrder",
            "-m",
            "quick",
            "-time",
            "200", // milliseconds for each of some ten compilations
            "-sc",
            "false",
            "-r",
            folder.resolve("results").toString()))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends").isTrue();
    assertThat(process.exitValue()).as(() -> read(said)).isZero();
    assertThat(Files.readString(said))
        .contains("All remaining tests: 2 matching")
        .contains("Failed tests: No matches");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "" + e;
    }
  }
}
