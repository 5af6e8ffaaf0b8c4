package dev.holdfast.server.cli;

import java.util.concurrent.TimeUnit;

/** What a command does while it waits for others. Stateless. */
final class Pause {
  private Pause() {}

  /** Waits; false if it was interrupted, and the thread is so still. */
  static boolean millis(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
