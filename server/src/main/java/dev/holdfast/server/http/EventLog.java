package dev.holdfast.server.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The latest events, numbered in the order in which this process learned of them. Their ids name
 * the process too, so that nobody goes on in the wrong log. Thread-safe.
 */
final class EventLog {
  static final int MOST = 1_000;

  /** An event and its id. */
  record Entry(String id, Event event) {}

  private final String process;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long added;

  /** @param process differs from that of any other log */
  EventLog(String process) {
    this.process = process;
  }

  synchronized void add(List<Event> events) {
    for (Event event : events) {
      added++;
      entries.addLast(new Entry(process + "-" + added, event));
      if (entries.size() > MOST) {
        entries.removeFirst();
      }
    }
  }

  /** The latest ones, the oldest of them first. */
  synchronized List<Entry> latest(int limit) {
    return entries.stream().skip(Math.max(0, entries.size() - limit)).toList();
  }

  /** What came after that event; empty if that cannot be told any more. */
  synchronized Optional<List<Entry>> after(String id) {
    if (!id.startsWith(process + "-")) {
      return Optional.empty();
    }
    String number = id.substring(process.length() + 1);
    if (!number.matches("\\d{1,18}")) {
      return Optional.empty();
    }
    long missing = added - Long.parseLong(number);
    return missing < 0 || missing > entries.size()
        ? Optional.empty()
        : Optional.of(latest((int) missing));
  }
}
