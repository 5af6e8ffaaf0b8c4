package dev.holdfast.runtime;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import dev.holdfast.spi.Request;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What became of the calls to owners, and how long it took. Thread-safe. */
final class CallMeters {
  private static final long[] MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000};
  private static final long[] GAPS = {50, 100, 250, 500, 1_000, 2_500, 3_500, 5_000, 10_000};

  private enum Kind {
    READ,
    CONFIRM,
    CHANGE
  }

  private enum Outcome {
    DONE,
    REFUSED,
    UNAVAILABLE,
    UNKNOWN
  }

  private final Map<Kind, Map<Outcome, Timer>> ended = new HashMap<>();
  private final Counter resent;
  private final Timer gaps;

  CallMeters(Meters meters) {
    for (Kind kind : Kind.values()) {
      Map<Outcome, Timer> outcomes = new HashMap<>();
      for (Outcome outcome : Outcome.values()) {
        if (kind == Kind.CHANGE || outcome != Outcome.UNKNOWN) {
          outcomes.put(outcome, timer(meters, kind, outcome));
        }
      }
      ended.put(kind, Map.copyOf(outcomes));
    }
    resent = meters.counter("calls.resent", "Calls sent again because nobody answered or could");
    gaps = meters.histogram(
        "gaps", "How long calls took that found no owner who could serve them at once", GAPS);
  }

  private static Timer timer(Meters meters, Kind kind, Outcome outcome) {
    return meters.histogram(
        "calls",
        "Calls to owners, this node or others, until they were answered",
        MILLIS,
        "kind",
        kind.name().toLowerCase(Locale.ROOT),
        "outcome",
        outcome.name().toLowerCase(Locale.ROOT));
  }

  void resent() {
    resent.increment();
  }

  /**
   * A call has ended.
   *
   * @param waited whether it found nobody who could serve it at first
   */
  void ended(Request.Kind asked, @Nullable HoldfastException failure, long nanos, boolean waited) {
    Kind kind = asked == Request.Kind.GET
        ? Kind.READ
        : asked == Request.Kind.CONFIRM ? Kind.CONFIRM : Kind.CHANGE;
    Map<Outcome, Timer> outcomes = ended.getOrDefault(kind, Map.of());
    Timer timer = outcomes.get(outcome(failure));
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
    if (waited) {
      gaps.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static Outcome outcome(@Nullable HoldfastException failure) {
    if (failure == null) {
      return Outcome.DONE;
    }
    if (failure instanceof NotDone.Unavailable) {
      return Outcome.UNAVAILABLE;
    }
    return failure instanceof NotDone ? Outcome.REFUSED : Outcome.UNKNOWN;
  }
}
