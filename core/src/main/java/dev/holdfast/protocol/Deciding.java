package dev.holdfast.protocol;

import dev.holdfast.protocol.Applier.Applied;
import dev.holdfast.protocol.Operations.Done;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.Store;
import org.jspecify.annotations.Nullable;

/**
 * What a request comes to on a given row: a repetition, a refusal, or a change.
 *
 * <h2>New, or done before</h2>
 *
 * A change is applied only if its operation is certainly new. That is so in each of these cases:
 *
 * <ul>
 *   <li>its place is beyond what the row has forgotten, and it is not in the row;
 *   <li>its place is beyond what the owner has forgotten, and it is not in the owner's memory;
 *   <li>it expects the revision that the entity is at: had it been done, that revision had passed.
 * </ul>
 *
 * Otherwise it may have been done, and is refused: the outcome is unknown for good. An id that was
 * chosen freely has no place, so it counts as new once it is forgotten.
 */
final class Deciding {
  /**
   * What becomes of it.
   *
   * @param row the row after it
   * @param changed whether it is another row
   * @param json the new value; null if it was deleted, or nothing changed
   */
  record Step(Row row, boolean changed, @Nullable String json, Answer answer) {
    private static Step same(Row row, Answer answer) {
      return new Step(row, false, null, answer);
    }
  }

  private final Applier applier;
  private final @Nullable Remembered remembered;
  private final String owner;

  /** @param remembered what the owner knows; null as long as the row tells it all */
  Deciding(Applier applier, @Nullable Remembered remembered, String owner) {
    this.applier = applier;
    this.remembered = remembered;
    this.owner = owner;
  }

  Step decide(Row before, Request request) {
    if (request.kind().reads()) {
      return Step.same(before, read(before, request));
    }
    String operation = request.operation();
    Done done = find(operation, before.operations());
    if (done != null) {
      return Step.same(before, repeated(before, done, request));
    }
    long current = before.exists() ? before.revision() : Store.NO_ROW;
    if (mayHaveBeenDone(before, request, current)) {
      return Step.same(before, tooOld(before, request));
    }
    if (request.expected() != Request.ANY && request.expected() != current) {
      return Step.same(before, mismatch(request, current));
    }
    return applied(before, request);
  }

  private @Nullable Done find(String operation, Operations row) {
    return remembered == null ? row.find(operation).orElse(null) : remembered.find(operation, row);
  }

  private boolean mayHaveBeenDone(Row before, Request request, long current) {
    OperationId id = OperationId.parse(request.operation());
    boolean neverDeleted = before.exists() || before.stored() == Store.NO_ROW;
    boolean expectsThis = request.expected() == current && neverDeleted;
    return !expectsThis
        && before.operations().forgotten().covers(id)
        && (remembered == null || remembered.mayHaveForgotten(id));
  }

  private static Answer tooOld(Row before, Request request) {
    long beyond = OperationId.parse(request.operation()) instanceof OperationId.Made made
        ? before.operations().forgotten().number(made.epoch())
        : 0;
    return new Answer.TooOld(
        "operation " + request.operation() + " is older than what " + request.key()
            + " remembers, so nobody can tell whether it happened",
        beyond);
  }

  private Step applied(Row before, Request request) {
    Applied applied = applier.apply(before, request);
    if (applied instanceof Applied.Changed changed) {
      long revision = before.revision() + 1;
      String kept = request.kind() == Kind.SET ? null : changed.answer();
      Done now = new Done(request.operation(), Fingerprint.of(request), revision, kept);
      Row after =
          new Row(revision, revision, changed.value(), before.operations().plus(now));
      Answer answer = new Answer.Done(revision, changed.answer(), owner);
      return new Step(after, true, changed.json(), answer);
    }
    if (applied instanceof Applied.Kept kept) {
      return Step.same(before, new Answer.Done(before.revision(), kept.answer(), owner));
    }
    return Step.same(before, ((Applied.Refused) applied).failure());
  }

  private Answer repeated(Row now, Done done, Request request) {
    if (done.fingerprint() != Fingerprint.of(request)) {
      return new Answer.Failed(
          Answer.Kind.OPERATION_REUSED,
          "operation id " + done.id() + " was used for another request; use a new one",
          0);
    }
    if (request.kind() == Kind.SET) {
      return new Answer.Done(done.revision(), request.json(), owner);
    }
    boolean large = done.answer() == null && now.value() != null;
    boolean merge = request.kind() == Kind.PATCH || request.kind() == Kind.ASSIGN;
    return large && merge
        ? read(now, request)
        : new Answer.Done(done.revision(), done.answer(), owner);
  }

  private static Answer mismatch(Request request, long current) {
    String is = current == Store.NO_ROW ? "does not exist" : "is at revision " + current;
    String wanted =
        request.expected() == Store.NO_ROW ? "it not to exist" : "revision " + request.expected();
    return new Answer.Failed(
        Answer.Kind.REVISION_MISMATCH,
        request.key() + " " + is + "; the caller expected " + wanted,
        current);
  }

  Answer read(Row at, Request request) {
    Object value = at.value();
    return value == null
        ? new Answer.Failed(
            Answer.Kind.NOT_FOUND, request.key() + " does not exist", at.revision() + 1)
        : new Answer.Done(at.revision(), applier.encode(value), owner);
  }
}
