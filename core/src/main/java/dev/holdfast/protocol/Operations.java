package dev.holdfast.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The recent operations on an entity, oldest first. They are stored in the entity's row by the same
 * statement that stores their effect, so that a repeated operation is known for what it is after
 * any failure. Immutable.
 */
public record Operations(List<Done> recent) {
  /** None yet. */
  public static final Operations NONE = new Operations(List.of());

  /** How many are kept. */
  static final int KEPT = 64;

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
      String id, int fingerprint, long revision, @Nullable String answer) {}

  /** These and one more. */
  Operations plus(List<Done> more) {
    List<Done> all = new ArrayList<>(recent);
    for (Done done : more) {
      boolean small = done.answer == null || done.answer.length() <= LARGEST_ANSWER;
      all.add(small ? done : new Done(done.id, done.fingerprint, done.revision, null));
    }
    return new Operations(List.copyOf(all.subList(Math.max(0, all.size() - KEPT), all.size())));
  }

  /** Those that led beyond {@code revision}. */
  List<Done> since(long revision) {
    return recent.stream().filter(done -> done.revision > revision).toList();
  }

  /** The one with that id. */
  Optional<Done> find(String id) {
    return recent.stream().filter(done -> done.id.equals(id)).findFirst();
  }
}
