package dev.holdfast.verify.simulation;

import java.util.PriorityQueue;

/** Virtual time, in nanoseconds: what is to happen, in order. */
final class Timeline {
  static final long MICRO = 1_000;
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;

  private record Event(long at, long number, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long numbers;
  private long done;

  long now() {
    return now;
  }

  /** How many events have happened. */
  long done() {
    return done;
  }

  void after(long nanos, Runnable task) {
    events.add(new Event(now + Math.max(0, nanos), numbers++, task));
  }

  /** Lets the next event happen; false if none is due by then. */
  boolean next(long until) {
    Event next = events.peek();
    if (next == null || next.at > until) {
      now = Math.max(now, until);
      return false;
    }
    events.remove();
    now = next.at;
    done++;
    next.task.run();
    return true;
  }
}
