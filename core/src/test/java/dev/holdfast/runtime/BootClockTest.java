package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootClockTest {
  @TempDir
  private Path folder;

  private Path saying(String text) throws IOException {
    return Files.writeString(folder.resolve("uptime"), text);
  }

  @Test
  void itReadsHundredthsOfSeconds() throws IOException {
    BootClock clock = new BootClock(saying("350735.47 234388.90\n"), () -> 7);
    assertThat(clock.nanos()).isEqualTo(350_735_470_000_000L);
    saying("350735.48 234388.90\n");
    assertThat(clock.nanos()).isEqualTo(350_735_480_000_000L);
  }

  @Test
  void whereThereIsNoSuchFileItFollowsTheOtherClock() throws IOException {
    assertThat(new BootClock(folder.resolve("none"), () -> 7).nanos()).isEqualTo(7);
    assertThat(new BootClock(saying("no number"), () -> 8).nanos()).isEqualTo(8);
  }
}
