package dev.holdfast.protocol;

import java.util.Map;
import java.util.TreeMap;

/** Somebody who watches in a {@link WatchSchedule}, and what was given to him last. */
final class WatchUser {
  /** An entity as it was given. */
  record Given(long revision, boolean exists) {}

  final String id;
  final boolean all;
  final Map<String, Given> given = new TreeMap<>();
  int untaken;

  /** @param id the id, or what ids begin with if {@code all} such are watched */
  WatchUser(String id, boolean all) {
    this.id = id;
    this.all = all;
  }

  boolean isConcernedBy(String other) {
    return all ? other.startsWith(id) : other.equals(id);
  }
}
