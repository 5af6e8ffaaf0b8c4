package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guided tour, as whoever pipes it to a file sees it. */
final class TourIT {
  private static final Pattern ESCAPE = Pattern.compile("\\x1b");

  @TempDir
  Path folder;

  /** A port whose next one is free as well. */
  private static int freePort() throws IOException {
    IOException taken = new IOException("no ports were tried");
    for (int tries = 0; tries < 50; tries++) {
      try (ServerSocket one = new ServerSocket(0);
          ServerSocket next = new ServerSocket(one.getLocalPort() + 1)) {
        return next.getLocalPort() - 1;
      } catch (IOException e) {
        taken = e;
      }
    }
    throw taken;
  }

  @Test
  void everySceneShowsWhatItShould() throws IOException, InterruptedException {
    Path output = folder.resolve("tour.txt");
    Process tour = new ProcessBuilder(List.of(
            ServerProcess.java(),
            "-jar",
            ServerProcess.jar().toString(),
            "tour",
            "--http-port",
            Integer.toString(freePort())))
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertThat(tour.waitFor(180, TimeUnit.SECONDS)).as("it ends").isTrue();
      String told = Files.readString(output);
      assertThat(tour.exitValue()).as(told).isZero();
      assertThat(told).contains("All 7 scenes showed what they should.").doesNotContain("NO: ");
      assertThat(ESCAPE.matcher(told).find()).as("colours in a file").isFalse();
    } finally {
      tour.destroy();
    }
  }
}
