package dev.holdfast.protocol;

import dev.holdfast.protocol.EntityOwner.Output;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;

/** A request at its owner, and when its time is up. */
record Waiting(long ticket, Request request, long untilNanos) {
  /** A limit that keeps nanoseconds within a long, whatever a message says. */
  private static final long LONGEST_MILLIS = Long.MAX_VALUE / 2_000_000;

  static Waiting since(long nowNanos, long ticket, Request request) {
    long left = Math.min(request.timeLeftMillis(), LONGEST_MILLIS);
    return new Waiting(ticket, request, nowNanos + left * 1_000_000);
  }

  /** Tells that nothing was done. */
  Output.Reply notNow(String reason) {
    return new Output.Reply(ticket, new Answer.NotNow(reason), true);
  }

  /** Tells that nobody knows whether it was done. */
  Output.Reply unsure(String reason) {
    return new Output.Reply(ticket, new Answer.Unsure(reason), true);
  }

  boolean expired(long nowNanos) {
    return untilNanos - nowNanos <= 0;
  }
}
