package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/** What the owner answers to a {@link Request}. */
public sealed interface Answer {
  /**
   * It is done.
   *
   * @param revision the entity's revision
   * @param json the value after it, or what the change answered; null after a delete
   * @param owner the owner's name
   * @param grant what the reader needs to know to keep a copy; null if it asked for none
   */
  record Done(
      long revision,
      @Nullable String json,
      String owner,
      @Nullable Grant grant) implements Answer {
    /** An answer of which no copy is kept. */
    public Done(long revision, @Nullable String json, String owner) {
      this(revision, json, owner, null);
    }
  }

  /**
   * The right to keep a copy of what was answered.
   *
   * @param owner the epoch that gives it
   * @param address where that node is
   * @param session under which session; 0 if there is no grant this time
   */
  record Grant(long owner, String address, long session) {}

  /**
   * It is not done, for good.
   *
   * @param detail the current revision for {@link Kind#REVISION_MISMATCH}, milliseconds to wait for
   *     {@link Kind#UNAVAILABLE}; for {@link Kind#NOT_FOUND} one more than the revision of the
   *     deletion that a read has found; else 0
   */
  record Failed(Kind kind, String message, long detail) implements Answer {}

  /**
   * The node asked is not able to serve the entity now; nothing was done. Ask again shortly.
   *
   * @param reason for people
   */
  record NotNow(String reason) implements Answer {}

  /**
   * The change may or may not have been done. Asking again with the same operation id tells.
   *
   * @param reason for people
   */
  record Unsure(String reason) implements Answer {}

  /**
   * The operation is older than what the entity remembers: nobody can tell any more whether it was
   * done. It was not done by this request, and asking again tells nothing more.
   *
   * @param reason for people
   * @param beyond the highest number of the id's maker that was forgotten; 0 if it has none
   */
  record TooOld(String reason, long beyond) implements Answer {}

  /** Kinds of definite failures; each stands for one exception of {@link dev.holdfast.NotDone}. */
  enum Kind {
    NOT_FOUND,
    UNKNOWN_TYPE,
    UNKNOWN_CHANGE,
    INVALID_VALUE,
    TOO_LARGE,
    REJECTED,
    REVISION_MISMATCH,
    OPERATION_REUSED,
    UNAVAILABLE
  }
}
