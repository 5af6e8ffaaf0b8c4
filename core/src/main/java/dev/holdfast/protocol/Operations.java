package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The recent operations on an entity, and up to where older ones were forgotten. They are stored in
 * the entity's row by the same statement that stores their effect, so that a repeated operation is
 * known for what it is after any failure. Immutable.
 *
 * <p>Each kind of id has room of its own, so that none pushes another out: what is forgotten of the
 * ids made by nodes is only marked, what is forgotten of chosen ones leaves no trace.
 *
 * @param made those whose id a node made, oldest first
 * @param timed those whose id carries a time, oldest first
 * @param chosen all others, oldest first
 * @param forgotten what was known once
 */
public record Operations(List<Done> made, List<Done> timed, List<Done> chosen, Forgotten forgotten)
    implements Supplier<Operations> {
  /** None yet. */
  public static final Operations NONE =
      new Operations(List.of(), List.of(), List.of(), Forgotten.NONE);

  /** How many of each kind are kept. */
  static final int KEPT = 64;

  /** How many of the latest are never forgotten, in whatever order their ids are. */
  static final int LATEST = 32;

  /** Answers larger than this, in characters, are not kept. */
  static final int LARGEST_ANSWER = 1024;

  /**
   * One that was done.
   *
   * @param id the operation id
   * @param fingerprint of the request, to tell a repetition from a reuse of the id
   * @param revision the revision it led to
   * @param answer the JSON it answered; null if that was null, or too large to keep
   */
  public record Done(
      String id, long fingerprint, long revision, @Nullable String answer) {}

  /** These themselves, for a {@link Row}. */
  @Override
  public Operations get() {
    return this;
  }

  /** All of these, each among those of its kind, in this order. */
  public static Operations of(List<Done> all, Forgotten forgotten) {
    Operations growing =
        new Operations(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), forgotten);
    all.forEach(done -> growing.kind(OperationId.parse(done.id)).add(done));
    return new Operations(
        List.copyOf(growing.made),
        List.copyOf(growing.timed),
        List.copyOf(growing.chosen),
        forgotten);
  }

  /** Whether the revisions of each kind rise, as those of all that were ever made here do. */
  public boolean inOrder() {
    return rise(made) && rise(timed) && rise(chosen);
  }

  private static boolean rise(List<Done> kind) {
    for (int i = 1; i < kind.size(); i++) {
      if (kind.get(i).revision <= kind.get(i - 1).revision) {
        return false;
      }
    }
    return true;
  }

  /** These and one more. */
  Operations plus(Done done) {
    boolean small = done.answer == null || done.answer.length() <= LARGEST_ANSWER;
    Done kept = small ? done : new Done(done.id, done.fingerprint, done.revision, null);
    OperationId id = OperationId.parse(done.id);
    List<Done> before = kind(id);
    List<Done> all = new ArrayList<>(before.size() + 1);
    all.addAll(before);
    all.add(kept);
    Forgotten gone = forgotten;
    if (all.size() > KEPT) {
      Done victim = all.remove(id instanceof OperationId.Timed ? earliest(all) : 0);
      gone = forgotten.and(OperationId.parse(victim.id));
    }
    List<Done> now = List.copyOf(all);
    return new Operations(
        id instanceof OperationId.Made ? now : made,
        id instanceof OperationId.Timed ? now : timed,
        id instanceof OperationId.Chosen ? now : chosen,
        gone);
  }

  /**
   * Of those that carry a time not the oldest is forgotten but the earliest, so that an id from a
   * clock that is ahead stays here, where it is harmless, and does not become the mark that refuses
   * all others.
   */
  private static int earliest(List<Done> timed) {
    int earliest = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < timed.size() - LATEST; i++) {
      long millis = OperationId.millis(timed.get(i).id);
      if (millis < least) {
        earliest = i;
        least = millis;
      }
    }
    return earliest;
  }

  private List<Done> kind(OperationId id) {
    return id instanceof OperationId.Made ? made : id instanceof OperationId.Timed ? timed : chosen;
  }

  /** All, in the order they were done in. */
  List<Done> all() {
    return since(Long.MIN_VALUE);
  }

  /** Those that led beyond {@code revision}, in the order they were done in. */
  List<Done> since(long revision) {
    List<Done> found = new ArrayList<>();
    addSince(revision, made, found);
    addSince(revision, timed, found);
    addSince(revision, chosen, found);
    found.sort(Comparator.comparingLong(Done::revision));
    return List.copyOf(found);
  }

  /** They are the last ones of each kind. */
  private static void addSince(long revision, List<Done> kind, List<Done> found) {
    int from = kind.size();
    while (from > 0 && kind.get(from - 1).revision > revision) {
      from--;
    }
    found.addAll(kind.subList(from, kind.size()));
  }

  /** How many there are. */
  int size() {
    return made.size() + timed.size() + chosen.size();
  }

  /** The one with that id. */
  Optional<Done> find(String id) {
    return find(id, Long.MIN_VALUE, Long.MIN_VALUE);
  }

  /**
   * The one with that id, of those that led to revisions up to {@code low} or beyond {@code high}.
   */
  Optional<Done> find(String id, long low, long high) {
    List<Done> all = kind(OperationId.parse(id));
    for (int i = all.size() - 1; i >= 0 && all.get(i).revision > high; i--) {
      if (all.get(i).id.equals(id)) {
        return Optional.of(all.get(i));
      }
    }
    for (int i = 0; i < all.size() && all.get(i).revision <= low; i++) {
      if (all.get(i).id.equals(id)) {
        return Optional.of(all.get(i));
      }
    }
    return Optional.empty();
  }
}
