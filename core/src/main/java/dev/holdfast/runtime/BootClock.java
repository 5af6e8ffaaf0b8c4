package dev.holdfast.runtime;

import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The time since the machine was started, with the time it was suspended, to 10 ms: what Linux says
 * in {@code /proc/uptime}. Elsewhere it follows another clock and so tells nothing new. Confined to
 * one thread.
 */
final class BootClock implements Ticker {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final long NANOS_PER_HUNDREDTH = 10_000_000;

  private final Path file;
  private final Ticker otherwise;
  private boolean readable = true;

  BootClock(Ticker otherwise) {
    this(UPTIME, otherwise);
  }

  BootClock(Path file, Ticker otherwise) {
    this.file = file;
    this.otherwise = otherwise;
  }

  @Override
  public long nanos() {
    if (readable) {
      try {
        String seconds = Files.readString(file).split(" ", 2)[0];
        return Long.parseLong(seconds.replace(".", "")) * NANOS_PER_HUNDREDTH;
      } catch (IOException | NumberFormatException e) {
        readable = false;
      }
    }
    return otherwise.nanos();
  }
}
