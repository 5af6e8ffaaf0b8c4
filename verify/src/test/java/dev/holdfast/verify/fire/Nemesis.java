package dev.holdfast.verify.fire;

import dev.holdfast.verify.Rest;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Does what a seed says to a cluster: faults one by one, and now and then two at a time. After each
 * the cluster must come back by itself. Used by one thread.
 */
final class Nemesis {
  private static final long LEAST_MILLIS = 1_500;

  /** Longer than a lease: what is over sooner does not need the rules. */
  private static final long LEAST_WITHOUT_A_RULE_MILLIS = 5_500;

  private static final long MOST_MILLIS = 9_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final long REST_MILLIS = 4_000;

  /** Faults that leave nothing for another one to hurt. */
  private static final Set<Fault> ALONE = EnumSet.of(Fault.KILL_ALL, Fault.KILL_TWO);

  /**
   * Something that was done.
   *
   * @param back whether all nodes served again
   * @param backNanos when they did, or when nobody waited for it any more
   */
  record Deed(
      List<Fault> faults,
      String victims,
      long beganNanos,
      long endedNanos,
      boolean back,
      long backNanos) {
    String text() {
      return String.join(" + ", faults.stream().map(Fault::text).toList())
          + (victims.isBlank() ? "" : " (" + victims + ")");
    }
  }

  private final Cluster cluster;
  private final List<Fault> allowed;
  private final Random random;
  private final long leastMillis;
  private final List<Fault> left = new ArrayList<>();
  private final List<Deed> deeds = new ArrayList<>();

  Nemesis(Cluster cluster, List<Fault> allowed, Plan plan) {
    this.cluster = cluster;
    this.allowed = List.copyOf(allowed);
    this.random = new Random(plan.seed());
    this.leastMillis = plan.mutant() == null ? LEAST_MILLIS : LEAST_WITHOUT_A_RULE_MILLIS;
  }

  /** Everything that was done so far. */
  List<Deed> deeds() {
    return deeds;
  }

  /** Does one thing, waits until the cluster is back, and rests. */
  Deed strike() throws IOException, SQLException {
    List<Fault> faults = choose();
    long hold = leastMillis + random.nextInt((int) (MOST_MILLIS - leastMillis));
    List<Fault.Ending> endings = new ArrayList<>();
    long began = System.nanoTime();
    for (Fault fault : faults) {
      endings.add(0, fault.begin(cluster, random)); // what is ended last was begun first
    }
    Rest.millis(hold);
    for (Fault.Ending ending : endings) {
      ending.action().run();
    }
    cluster.healed();
    long ended = System.nanoTime();
    String victims =
        String.join(" ", endings.stream().map(Fault.Ending::victim).toList()).strip();
    boolean back = awaitBack();
    Deed deed = new Deed(faults, victims, began, ended, back, System.nanoTime());
    deeds.add(deed);
    Rest.millis(REST_MILLIS);
    return deed;
  }

  /** All of them have their turn before one has its next. */
  private List<Fault> choose() {
    List<Fault> chosen = new ArrayList<>(List.of(next()));
    boolean alone = ALONE.contains(chosen.get(0));
    if (!alone && random.nextInt(3) == 0) {
      Fault other = next();
      if (other != chosen.get(0) && !ALONE.contains(other) && bearable(chosen.get(0), other)) {
        chosen.add(other);
      } else {
        left.add(other);
      }
    }
    return chosen;
  }

  /** Two that hold back or end the same database at once are one. */
  private static boolean bearable(Fault one, Fault other) {
    return !hurtsDatabase(one) || !hurtsDatabase(other);
  }

  private static boolean hurtsDatabase(Fault fault) {
    return fault.needs() == Fault.Needs.DATABASE || fault.needs() == Fault.Needs.SMALL_DISK;
  }

  private Fault next() {
    if (left.isEmpty()) {
      left.addAll(allowed);
      Collections.shuffle(left, random);
    }
    return left.remove(left.size() - 1);
  }

  private boolean awaitBack() {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - until < 0) {
      cluster.startEnded();
      if (cluster.ready()) {
        return true;
      }
      Rest.millis(100);
    }
    return false;
  }
}
