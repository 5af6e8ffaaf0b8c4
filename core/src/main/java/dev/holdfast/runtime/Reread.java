package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of files that are read anew when they change. Files that cannot be used any more are
 * told in the log, and what was made of them before stays in use. Thread-safe.
 *
 * @param <T> what is made of them
 */
public final class Reread<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Reread.class);

  private final List<Path> files;
  private final Supplier<T> load;
  private final Ticker ticker;
  private final long checkNanos;
  private T value;
  private String stamp;
  private long checkedNanos;

  /**
   * Loads the files.
   *
   * @param files the first of them gives all of them their name in the log
   * @param interval looks at them no more often than that
   * @param load throws {@link NotDone.CannotStart} if they cannot be used
   * @throws NotDone.CannotStart what {@code load} throws
   */
  public Reread(List<Path> files, Duration interval, Ticker ticker, Supplier<T> load) {
    this.files = List.copyOf(files);
    this.load = load;
    this.ticker = ticker;
    this.checkNanos = interval.toNanos();
    this.stamp = stamp();
    this.checkedNanos = ticker.nanos();
    this.value = load.get();
  }

  /** What is in the files, as far as that is known. */
  public synchronized T value() {
    long now = ticker.nanos();
    if (now - checkedNanos >= checkNanos) {
      checkedNanos = now;
      refresh();
    }
    return value;
  }

  private void refresh() {
    String present = stamp();
    if (present.equals(stamp)) {
      return;
    }
    stamp = present;
    try {
      value = load.get();
      LOG.info("{} has changed and is in use", files.get(0));
    } catch (NotDone.CannotStart e) {
      LOG.error("{}; what was read before stays in use", e.getMessage());
    }
  }

  private String stamp() {
    StringBuilder stamp = new StringBuilder();
    for (Path file : files) {
      try {
        stamp.append(Files.getLastModifiedTime(file).toMillis()).append('/');
        stamp.append(Files.size(file)).append(';');
      } catch (IOException e) {
        stamp.append("unreadable;");
      }
    }
    return stamp.toString();
  }
}
