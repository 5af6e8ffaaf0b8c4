package dev.holdfast;

import java.time.Duration;

/** The operation did not happen, and will not happen later. The subclasses say why. */
public abstract sealed class NotDone extends HoldfastException {
  private static final long serialVersionUID = 1;

  private final String code;

  private NotDone(String code, String message) {
    super(message);
    this.code = code;
  }

  @Override
  public final String code() {
    return code;
  }

  /** There is no such entity. */
  public static final class NotFound extends NotDone {
    private static final long serialVersionUID = 1;

    private final long revision;

    public NotFound(String message) {
      this(message, Entity.ABSENT);
    }

    public NotFound(String message, long revision) {
      super("not-found", message);
      this.revision = revision;
    }

    /**
     * The revision of its deletion, if a linearizable read has found that it was deleted; else
     * {@link Entity#ABSENT}.
     */
    public long revision() {
      return revision;
    }
  }

  /** The entity's type is not served by this node. */
  public static final class UnknownType extends NotDone {
    private static final long serialVersionUID = 1;

    public UnknownType(String message) {
      super("unknown-type", message);
    }
  }

  /** No live node has that name. */
  public static final class UnknownNode extends NotDone {
    private static final long serialVersionUID = 1;

    public UnknownNode(String message) {
      super("unknown-node", message);
    }
  }

  /** The node cannot be told to leave, because no other one is up to take over. */
  public static final class LastNode extends NotDone {
    private static final long serialVersionUID = 1;

    public LastNode(String message) {
      super("last-node", message);
    }
  }

  /** The type accepts no change of that name. */
  public static final class UnknownChange extends NotDone {
    private static final long serialVersionUID = 1;

    public UnknownChange(String message) {
      super("unknown-change", message);
    }
  }

  /** The id is empty, too long, or holds characters that ids must not hold. */
  public static final class InvalidId extends NotDone {
    private static final long serialVersionUID = 1;

    public InvalidId(String message) {
      super("invalid-id", message);
    }
  }

  /** The value or change is not well-formed, or not one this type allows. */
  public static final class InvalidValue extends NotDone {
    private static final long serialVersionUID = 1;

    public InvalidValue(String message) {
      super("invalid-value", message);
    }
  }

  /** The value is larger than the limit. */
  public static final class TooLarge extends NotDone {
    private static final long serialVersionUID = 1;

    public TooLarge(String message) {
      super("too-large", message);
    }
  }

  /** The change itself refused. */
  public static final class Rejected extends NotDone {
    private static final long serialVersionUID = 1;

    public Rejected(String message) {
      super("rejected", message);
    }
  }

  /** The entity is not at the revision the caller expected. */
  public static final class RevisionMismatch extends NotDone {
    private static final long serialVersionUID = 1;

    private final long current;

    public RevisionMismatch(String message, long current) {
      super("revision-mismatch", message);
      this.current = current;
    }

    /** The entity's revision, or {@link Entity#ABSENT}. */
    public long current() {
      return current;
    }
  }

  /** The operation id was used before for something else. */
  public static final class OperationReused extends NotDone {
    private static final long serialVersionUID = 1;

    public OperationReused(String message) {
      super("operation-reused", message);
    }
  }

  /** Nobody can serve the entity at the moment; try again after a while. */
  public static final class Unavailable extends NotDone {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    public Unavailable(String message, Duration retryAfter) {
      super("unavailable", message);
      this.retryAfter = retryAfter;
    }

    /** How long to wait before trying again. */
    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** The node could not start; the message says why and what to do. Nothing was left half-done. */
  public static final class CannotStart extends NotDone {
    private static final long serialVersionUID = 1;

    public CannotStart(String message) {
      super("cannot-start", message);
    }
  }
}
