package dev.holdfast.testkit.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call on one key, as one client saw it. Immutable.
 *
 * @param calledNanos when it was about to be sent
 * @param returnedNanos when the answer was there, on the same monotonic clock;
 *     {@link Long#MAX_VALUE} if there was none
 */
public record Operation(
    String key, String client, Asked asked, long calledNanos, long returnedNanos, Told told) {
  /**
   * Checks that all is there.
   *
   * @throws IllegalArgumentException if it returned before it was called
   */
  public Operation {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(asked, "asked");
    Objects.requireNonNull(told, "told");
    if (returnedNanos < calledNanos) {
      throw new IllegalArgumentException("a call on " + key + " returned at " + returnedNanos
          + ", before it began at " + calledNanos);
    }
  }

  boolean reads() {
    return asked instanceof Asked.Read;
  }

  boolean done() {
    return told instanceof Told.Done;
  }

  boolean refused() {
    return told instanceof Told.Refused;
  }

  boolean unknown() {
    return told instanceof Told.Unknown;
  }

  /** The revision that the answer tells of. */
  long revision() {
    if (told instanceof Told.Done done) {
      return done.revision();
    }
    return told instanceof Told.Refused refused ? refused.revision() : Told.UNTOLD;
  }

  /** The value that the answer tells of. */
  @Nullable String value() {
    return told instanceof Told.Done done ? done.value() : null;
  }

  /** The same, for a read, which must tell. */
  String valueRead() {
    String value = value();
    if (value == null) {
      throw new IllegalArgumentException("a read that was done must tell a value, unlike " + this);
    }
    return value;
  }

  /** When it ended; never, if it is a call whose outcome is unknown. */
  long endedNanos() {
    return unknown() ? Long.MAX_VALUE : returnedNanos;
  }

  /** Whether its answer must have been true between call and return, not only about then. */
  boolean exact() {
    return switch (how()) {
      case LINEARIZABLE, CONFIRMED -> true;
      case STALE, ANY -> false;
    };
  }

  /** Since when its answer may have been out of date. */
  long freshNanos() {
    return switch (how()) {
      case LINEARIZABLE, CONFIRMED -> calledNanos;
      case STALE -> calledNanos - stale();
      case ANY -> Long.MIN_VALUE;
    };
  }

  private Asked.Kind how() {
    return asked instanceof Asked.Read read ? Asked.Kind.of(read.how()) : Asked.Kind.LINEARIZABLE;
  }

  private long stale() {
    return asked instanceof Asked.Read read
            && read.how() instanceof dev.holdfast.Read.AtMostStale stale
        ? stale.by().toNanos()
        : 0;
  }

  @Override
  public String toString() {
    return "client " + client + ": " + asked + ": " + told;
  }
}
