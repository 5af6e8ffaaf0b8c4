package dev.holdfast.runtime;

import dev.holdfast.Read;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many reads were answered, by where the value came from and how fresh it had to be. Counted
 * without a lock and without a look at the clock, since a read from memory takes less time than a
 * timer would. Thread-safe.
 */
final class ReadCounts {
  /** Where the value came from. */
  enum From {
    /** This node's memory: it owns the entity. */
    OWNER,
    /** A copy in this node's memory. */
    COPY,
    /** The owner was asked. */
    ASKED,
    /** The database. */
    DATABASE
  }

  private enum Mode {
    LINEARIZABLE,
    CONFIRMED,
    STALE,
    ANY
  }

  private final Map<From, Map<Mode, LongAdder>> counts = new EnumMap<>(From.class);

  ReadCounts(Meters meters) {
    add(meters, From.OWNER, Mode.LINEARIZABLE, Mode.STALE, Mode.ANY);
    add(meters, From.COPY, Mode.LINEARIZABLE, Mode.STALE, Mode.ANY);
    add(meters, From.ASKED, Mode.LINEARIZABLE, Mode.CONFIRMED);
    add(meters, From.DATABASE, Mode.STALE, Mode.ANY);
  }

  private void add(Meters meters, From from, Mode... modes) {
    Map<Mode, LongAdder> ofMode = new EnumMap<>(Mode.class);
    for (Mode mode : modes) {
      LongAdder count = new LongAdder();
      ofMode.put(mode, count);
      meters.counter("reads", "Reads answered", count, "source", lower(from), "mode", lower(mode));
    }
    counts.put(from, ofMode);
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** What to add one to; who reads often keeps it. */
  LongAdder of(From from, Read read) {
    LongAdder count = counts.getOrDefault(from, Map.of()).get(mode(read));
    if (count == null) {
      throw new IllegalArgumentException("no read " + read + " is answered from " + from);
    }
    return count;
  }

  private static Mode mode(Read read) {
    if (read instanceof Read.Linearizable) {
      return Mode.LINEARIZABLE;
    }
    if (read instanceof Read.Confirmed) {
      return Mode.CONFIRMED;
    }
    return read instanceof Read.AtMostStale ? Mode.STALE : Mode.ANY;
  }
}
