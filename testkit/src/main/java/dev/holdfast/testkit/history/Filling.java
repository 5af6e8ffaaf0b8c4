package dev.holdfast.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Gives each version that nobody is known to have made to a write whose version is not known, and
 * looks whether all writes that were done find a place.
 *
 * <p>A write fits a range of versions. Going up through the versions and taking the write that must
 * be placed soonest finds a place for all if there is one (F. Glover, 'Maximum matching in a convex
 * bipartite graph', 1967), in O(n log n). Where a version also demands a value or a kind of write,
 * that may choose wrongly; then augmenting paths put it right. If all versions can be filled, and
 * all writes that were done be placed, both can be had at once (N. Mendelsohn, A. Dulmage, 'Some
 * generalizations of the problem of distinct representatives', 1958).
 */
final class Filling {
  /** What a version demands of its write besides the time. */
  @FunctionalInterface
  interface Demand {
    boolean metBy(int version, Operation write);
  }

  private static final int NONE = -1;

  private record Candidate(int number, Operation write, int first, int last) {}

  private final Versions versions;
  private final Demand demand;
  private final Findings findings;
  private final List<Integer> gaps;
  private final List<Candidate> candidates = new ArrayList<>();
  private final int[] placeOf;
  private final int[] chosenFor;

  Filling(Versions versions, List<Operation> writes, Demand demand, Findings findings) {
    this.versions = versions;
    this.demand = demand;
    this.findings = findings;
    this.gaps = versions.gaps();
    for (Operation write : writes) {
      candidates.add(candidate(write));
    }
    this.placeOf = new int[candidates.size()];
    this.chosenFor = new int[gaps.size()];
    Arrays.fill(placeOf, NONE);
    Arrays.fill(chosenFor, NONE);
  }

  private Candidate candidate(Operation write) {
    int first = versions.earliest(write);
    int last = versions.latest(write);
    if (write.asked() instanceof Asked.WriteIf writeIf && writeIf.expected() >= 0) {
      long only = writeIf.expected() + 1 - versions.revision(0);
      first = (int) Math.max(first, Math.min(only, versions.last() + 1));
      last = (int) Math.min(last, Math.max(only, 0));
    }
    return new Candidate(candidates.size(), write, first, last);
  }

  void judge() {
    takeSoonest();
    for (int gap = 0; gap < gaps.size(); gap++) {
      if (chosenFor[gap] == NONE && !fill(gap)) {
        missing(gaps.get(gap));
        return;
      }
    }
    for (Candidate candidate : candidates) {
      if (mustBePlaced(candidate) && placeOf[candidate.number] == NONE && !place(candidate)) {
        findings.add(
            "it was done, but no revision from then up to "
                + versions.revision(versions.last())
                + " can be its work",
            candidate.write,
            versions.shownLast());
        return;
      }
    }
  }

  private void missing(int version) {
    findings.add(
        "revision " + versions.revision(version) + " was made by nobody: no write whose outcome or"
            + " revision is not known fits",
        versions.around(version).toArray(Operation[]::new));
  }

  private void takeSoonest() {
    List<Candidate> byFirst = new ArrayList<>(candidates);
    byFirst.sort(Comparator.comparingInt(Candidate::first));
    Queue<Candidate> ready = new PriorityQueue<>(
        Comparator.comparingInt(Candidate::last).thenComparingInt(Candidate::number));
    int next = 0;
    for (int gap = 0; gap < gaps.size(); gap++) {
      int version = gaps.get(gap);
      for (; next < byFirst.size() && byFirst.get(next).first <= version; next++) {
        ready.add(byFirst.get(next));
      }
      takeSoonest(gap, version, ready);
    }
  }

  private void takeSoonest(int gap, int version, Queue<Candidate> ready) {
    List<Candidate> unfit = new ArrayList<>();
    for (Candidate soonest = ready.poll(); soonest != null; soonest = ready.poll()) {
      if (fits(version, soonest)) {
        choose(gap, soonest.number);
        break;
      }
      if (soonest.last >= version) {
        unfit.add(soonest);
      }
    }
    ready.addAll(unfit);
  }

  private boolean fits(int version, Candidate candidate) {
    return candidate.first <= version
        && version <= candidate.last
        && demand.metBy(version, candidate.write);
  }

  private boolean mustBePlaced(Candidate candidate) {
    return versions.mustBeThere(candidate.write);
  }

  private void choose(int gap, int candidate) {
    chosenFor[gap] = candidate;
    placeOf[candidate] = gap;
  }

  /** Finds a write for the gap, moving others if need be. */
  private boolean fill(int gap) {
    int[] wantedBy = new int[candidates.size()];
    Arrays.fill(wantedBy, NONE);
    Queue<Integer> open = new ArrayDeque<>(List.of(gap));
    for (Integer at = open.poll(); at != null; at = open.poll()) {
      for (Candidate candidate : candidates) {
        int number = candidate.number;
        if (wantedBy[number] != NONE || !fits(gaps.get(at), candidate)) {
          continue;
        }
        wantedBy[number] = at;
        if (placeOf[number] == NONE) {
          moveAlong(number, wantedBy, gap);
          return true;
        }
        open.add(placeOf[number]);
      }
    }
    return false;
  }

  private void moveAlong(int free, int[] wantedBy, int until) {
    int moving = free;
    int gap;
    do {
      gap = wantedBy[moving];
      int displaced = chosenFor[gap];
      choose(gap, moving);
      moving = displaced;
    } while (gap != until);
  }

  /** Finds a place for the write, moving others if need be, and out if they may be left out. */
  private boolean place(Candidate write) {
    int[] wantedBy = new int[gaps.size()];
    Arrays.fill(wantedBy, NONE);
    Queue<Candidate> open = new ArrayDeque<>(List.of(write));
    for (Candidate at = open.poll(); at != null; at = open.poll()) {
      for (int gap = 0; gap < gaps.size(); gap++) {
        if (wantedBy[gap] != NONE || !fits(gaps.get(gap), at)) {
          continue;
        }
        wantedBy[gap] = at.number;
        Candidate holder = candidates.get(chosenFor[gap]);
        if (!mustBePlaced(holder)) {
          placeOf[holder.number] = NONE;
          takeOver(gap, wantedBy);
          return true;
        }
        open.add(holder);
      }
    }
    return false;
  }

  private void takeOver(int freed, int[] wantedBy) {
    int gap = freed;
    while (gap != NONE) {
      int mover = wantedBy[gap];
      int left = placeOf[mover];
      choose(gap, mover);
      gap = left;
    }
  }
}
