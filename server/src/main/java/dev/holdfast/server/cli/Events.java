package dev.holdfast.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events as they come in. A server says something every 15 s; one that is silent for
 * longer than {@value #SILENCE_SECONDS} s is taken for gone. Belongs to one thread.
 */
final class Events implements AutoCloseable {
  private static final long SILENCE_SECONDS = 45;

  /**
   * One event.
   *
   * @param id its id; empty if it has none
   * @param name what kind it is
   */
  record Event(String id, String name, String data) {}

  private final InputStream input;
  private final BufferedReader lines;
  private final ScheduledThreadPoolExecutor watchdog;
  private volatile boolean heard;

  Events(InputStream input) {
    this.input = input;
    this.lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    this.watchdog = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "watchdog");
      thread.setDaemon(true);
      return thread;
    });
    var unused = watchdog.scheduleWithFixedDelay(
        this::look, SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    if (!heard) {
      close();
    }
    heard = false;
  }

  /** The next event; empty when the stream is over, for whatever reason. */
  Optional<Event> next() {
    String id = "";
    String name = "message";
    StringBuilder data = new StringBuilder();
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard = true;
        if (line.isEmpty() && !data.isEmpty()) {
          return Optional.of(new Event(id, name, data.toString()));
        }
        String value = line.substring(line.indexOf(':') + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        if (line.startsWith("id:")) {
          id = value;
        } else if (line.startsWith("event:")) {
          name = value;
        } else if (line.startsWith("data:")) {
          data.append(data.isEmpty() ? "" : "\n").append(value);
        }
      }
    } catch (IOException e) {
      // The connection broke, which ends the stream as well.
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
    try {
      input.close();
    } catch (IOException e) {
      // It is over in any case.
    }
  }
}
