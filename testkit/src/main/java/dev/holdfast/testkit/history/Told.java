package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import dev.holdfast.HoldfastException;
import dev.holdfast.NotDone;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a client was told when its call returned. Immutable. */
public sealed interface Told {
  /** Stands for the revision where an answer tells none. */
  long UNTOLD = Long.MIN_VALUE;

  /**
   * What a failure of a call tells: {@link NotDone} that it was not done, everything else nothing
   * for certain.
   */
  static Told of(Throwable failure) {
    String reason = failure instanceof HoldfastException known ? known.code() : failure.toString();
    if (failure instanceof NotDone.RevisionMismatch mismatch) {
      return new Refused(reason, mismatch.current());
    } else if (failure instanceof NotDone.NotFound) {
      return new Refused(reason, Entity.ABSENT);
    }
    return failure instanceof NotDone ? new Refused(reason, UNTOLD) : new Unknown(reason);
  }

  /**
   * It was done.
   *
   * @param revision the revision that was read, or made by the write; {@link #UNTOLD} if the answer
   *     did not tell
   * @param value the value that was read, or that the write led to; null if the answer did not tell
   */
  record Done(long revision, @Nullable String value) implements Told {
    @Override
    public String toString() {
      return (revision == UNTOLD ? "done" : "revision " + revision)
          + (value == null ? "" : ", value \"" + value + "\"");
    }
  }

  /**
   * It was not done, and will not be done later.
   *
   * @param revision what the refusal tells of: the revision that the key was at,
   *     {@link Entity#ABSENT} if it did not exist, {@link #UNTOLD} if the refusal has another
   *     reason
   */
  record Refused(String reason, long revision) implements Told {
    /** Checks that there is a reason. */
    public Refused {
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
      String at = revision == Entity.ABSENT ? ", it did not exist" : ", it was at " + revision;
      return "refused, " + reason + (revision == UNTOLD ? "" : at);
    }
  }

  /** It may have been done, and if so at any time since the call began; or may still be done. */
  record Unknown(String reason) implements Told {
    /** Checks that there is a reason. */
    public Unknown {
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
      return "unknown, " + reason;
    }
  }
}
