package dev.holdfast.verify.fire;

import dev.holdfast.Holdfast;
import dev.holdfast.Ownership;
import dev.holdfast.verify.fire.Clients.Served;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Never two owners: whoever answered as an entity's owner was it at some moment of the call, by
 * what the database wrote down of the claims. Reads that may be stale do not count. Needs the
 * database's clock to be this machine's.
 */
final class Tenures {
  /** The database's clock and ours are read one after the other. */
  private static final Duration SLACK = Duration.ofMillis(100);

  /** The database keeps that many of each shard, or a few more. */
  private static final int KEPT = 100;

  private final Holdfast node;
  private final Instant now = Instant.now();
  private final long nowNanos = System.nanoTime();
  private final Map<Key, List<Ownership>> known = new HashMap<>();

  Tenures(Holdfast node) {
    this.node = node;
  }

  /** Answers that were given by a node at a time when it was not the owner. */
  List<String> violations(List<Served> answers) {
    List<String> violations = new ArrayList<>();
    for (Served served : answers) {
      List<Ownership> tenures =
          known.computeIfAbsent(served.key(), key -> node.history(key.kind().type(), key.id()));
      Instant called = at(served.calledNanos()).minus(SLACK);
      Instant returned = at(served.returnedNanos()).plus(SLACK);
      boolean forgotten = tenures.size() >= KEPT
          && returned.isBefore(tenures.get(tenures.size() - 1).from());
      if (!forgotten
          && tenures.stream().noneMatch(tenure -> covers(tenure, served, called, returned))) {
        violations.add(served.key().name() + ": " + served.owner()
            + " answered as its owner between " + called + " and " + returned
            + ", and was not, by the history " + tenures);
      }
    }
    return violations;
  }

  private Instant at(long nanos) {
    return now.plusNanos(nanos - nowNanos);
  }

  private static boolean covers(Ownership tenure, Served served, Instant called, Instant returned) {
    @Nullable Instant to = tenure.to();
    return tenure.node().equals(served.owner())
        && !tenure.from().isAfter(returned)
        && (to == null || !to.isBefore(called));
  }
}
