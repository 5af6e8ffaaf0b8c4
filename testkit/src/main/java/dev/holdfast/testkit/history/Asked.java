package dev.holdfast.testkit.history;

import dev.holdfast.Entity;
import java.util.Objects;

/**
 * What a client asked of a key. Values are text: what identifies a value will do, such as a digest.
 * Immutable.
 */
public sealed interface Asked {
  /** See {@link #read(dev.holdfast.Read)}. */
  record Read(dev.holdfast.Read how) implements Asked {
    private static final Read LINEARIZABLE = new Read(dev.holdfast.Read.linearizable());
    private static final Read CONFIRMED = new Read(dev.holdfast.Read.confirmed());
    private static final Read ANY = new Read(dev.holdfast.Read.any());

    @Override
    public String toString() {
      return how instanceof dev.holdfast.Read.AtMostStale stale
          ? "read at most " + stale.by().toNanos() + " ns stale"
          : "read " + (how instanceof dev.holdfast.Read.Any ? "any" : "newest");
    }
  }

  /** See {@link #write}. */
  record Write(String value) implements Asked {
    /** Checks that there is a value. */
    public Write {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return "write " + value;
    }
  }

  /** See {@link #writeIf}. */
  record WriteIf(long expected, String value) implements Asked {
    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if nothing can be at that revision
     */
    public WriteIf {
      Objects.requireNonNull(value, "value");
      if (expected < Entity.ABSENT) {
        throw new IllegalArgumentException("nothing is at revision " + expected);
      }
    }

    @Override
    public String toString() {
      return "write " + value + " if at revision " + expected;
    }
  }

  /** See {@link #append}. */
  record Append(String element) implements Asked {
    /**
     * Checks that the element can be told from its neighbours.
     *
     * @throws IllegalArgumentException if it is empty or holds a comma
     */
    public Append {
      if (element.isEmpty() || element.indexOf(',') >= 0) {
        throw new IllegalArgumentException(
            "an element is not empty and holds no comma, unlike \"" + element + "\"");
      }
    }

    @Override
    public String toString() {
      return "append " + element;
    }
  }

  /** See {@link #add}. */
  record Add(long amount) implements Asked {
    @Override
    public String toString() {
      return "add " + amount;
    }
  }

  /** See {@link #delete}. */
  record Delete() implements Asked {
    private static final Delete DELETE = new Delete();

    @Override
    public String toString() {
      return "delete";
    }
  }

  /** A read of the newest value. */
  static Read read() {
    return Read.LINEARIZABLE;
  }

  /** A read that is as fresh as {@code how} says. */
  static Read read(dev.holdfast.Read how) {
    return switch (Kind.of(how)) {
      case LINEARIZABLE -> Read.LINEARIZABLE;
      case CONFIRMED -> Read.CONFIRMED;
      case ANY -> Read.ANY;
      case STALE -> new Read(how);
    };
  }

  /** A write of a value, whatever there was before. */
  static Write write(String value) {
    return new Write(value);
  }

  /**
   * A write that is done only if the key is at a revision.
   *
   * @param expected the revision; {@link Entity#ABSENT} if the key must not exist
   */
  static WriteIf writeIf(long expected, String value) {
    return new WriteIf(expected, value);
  }

  /**
   * Puts an element at the end of a list. The value of the list is its elements with commas between
   * them, the empty text at first.
   *
   * @param element not empty, without a comma, and no other one's of that key
   */
  static Append append(String element) {
    return new Append(element);
  }

  /** Adds to a counter. Its value is a decimal number, 0 at first. */
  static Add add(long amount) {
    return new Add(amount);
  }

  /** Deletes the key. */
  static Delete delete() {
    return Delete.DELETE;
  }

  /** The ways to read, by name. */
  enum Kind {
    /** The newest value. */
    LINEARIZABLE,
    /** The newest value, confirmed by the database. */
    CONFIRMED,
    /** A value that is stale for a limited time. */
    STALE,
    /** A value that was there once. */
    ANY;

    static Kind of(dev.holdfast.Read how) {
      if (how instanceof dev.holdfast.Read.Linearizable) {
        return LINEARIZABLE;
      }
      if (how instanceof dev.holdfast.Read.Confirmed) {
        return CONFIRMED;
      }
      return how instanceof dev.holdfast.Read.AtMostStale ? STALE : ANY;
    }
  }
}
