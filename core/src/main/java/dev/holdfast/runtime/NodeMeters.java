package dev.holdfast.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What happens to a node's lease, and who is fenced and evicted. Thread-safe. */
final class NodeMeters {
  private final Timer renewals;
  private final Timer failures;
  private final Counter fencedHere;
  private final Counter fencedElsewhere;
  private final Counter evictions;
  private final Map<Death.Cause, Counter> deaths = new EnumMap<>(Death.Cause.class);

  NodeMeters(Meters meters) {
    renewals = renewals(meters, "renewed");
    failures = renewals(meters, "failed");
    fencedHere = fences(meters, "self");
    fencedElsewhere = fences(meters, "others");
    evictions = meters.counter("evictions", "Times that this node told others to go");
    for (Death.Cause cause : Death.Cause.values()) {
      String name = cause.name().toLowerCase(Locale.ROOT);
      deaths.put(
          cause, meters.counter("deaths", "Times that this node stopped serving", "cause", name));
    }
  }

  private static Timer renewals(Meters meters, String result) {
    return meters.timer("lease.renewals", "Renewals of the node lease", "result", result);
  }

  private static Counter fences(Meters meters, String by) {
    return meters.counter("fences", "Other nodes declared dead, as this node saw it", "by", by);
  }

  void renewed(boolean well, long nanos) {
    (well ? renewals : failures).record(nanos, TimeUnit.NANOSECONDS);
  }

  void fencedHere() {
    fencedHere.increment();
  }

  void fencedElsewhere(long nodes) {
    fencedElsewhere.increment((double) nodes);
  }

  void evicted() {
    evictions.increment();
  }

  void died(Death.Cause cause) {
    Counter counter = deaths.get(cause);
    if (counter != null) {
      counter.increment();
    }
  }
}
