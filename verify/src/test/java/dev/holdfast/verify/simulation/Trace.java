package dev.holdfast.verify.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * What happened: always as a hash, and as lines to read if asked for. A line is about an entity, a
 * shard or a node, and happens at some place: a node's, a client's, or the database.
 */
final class Trace {
  static final int DATABASE = 50;
  static final int WORLD = 99;
  private static final int CLIENTS = 60;
  private static final int SHARDS = 1_000;
  private static final int NODES = 2_000;
  private static final int LINES = 200_000;

  private record Line(long at, int place, String what, int subject, long a, long b) {}

  private final boolean recording;
  private final Deque<Line> lines = new ArrayDeque<>();
  private long hash = 17;

  Trace(boolean recording) {
    this.recording = recording;
  }

  static int entity(int number) {
    return number;
  }

  static int shard(int number) {
    return SHARDS + number;
  }

  static int node(int seat) {
    return NODES + seat;
  }

  static int client(int number) {
    return CLIENTS + number;
  }

  void add(long at, int place, String what, int subject, long a, long b) {
    hash = mix(mix(mix(hash, at), what.hashCode() + 131L * place + 31L * subject), a + 31 * b);
    if (recording) {
      lines.add(new Line(at, place, what, subject, a, b));
      if (lines.size() > LINES) {
        lines.remove();
      }
    }
  }

  private static long mix(long hash, long value) {
    long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }

  long hash() {
    return hash;
  }

  /** The last lines about an entity or shard, its shard, and all nodes. */
  List<String> about(int subject, int most) {
    int shard = subject < SHARDS ? shard(World.shardOf(subject)) : subject;
    List<String> found = lines.stream()
        .filter(line -> line.subject == subject || line.subject == shard || line.subject >= NODES)
        .map(Trace::text)
        .toList();
    return found.subList(Math.max(0, found.size() - most), found.size());
  }

  private static String text(Line line) {
    return String.format(
        Locale.ROOT,
        "%12.6f  %-9s %-9s %s  %d %d",
        line.at / 1e9,
        place(line.place),
        subject(line.subject),
        line.what,
        line.a,
        line.b);
  }

  private static String place(int place) {
    return place == DATABASE
        ? "database"
        : place == WORLD
            ? "world"
            : place >= CLIENTS ? "client" + (place - CLIENTS) : "node" + place;
  }

  private static String subject(int subject) {
    return subject >= NODES
        ? "node" + (subject - NODES)
        : subject >= SHARDS ? "shard" + (subject - SHARDS) : "entity" + subject;
  }
}
