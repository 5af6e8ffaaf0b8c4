package dev.holdfast.runtime;

import dev.holdfast.NotDone;
import java.time.Duration;

/** How a life waits while it begins. */
@FunctionalInterface
interface Pause {
  /**
   * Waits.
   *
   * @throws NotDone.CannotStart if the life is over before the time is
   */
  void pause(Duration time);
}
