package dev.holdfast.verify.simulation;

import dev.holdfast.protocol.Row;
import dev.holdfast.verify.simulation.Sometimes.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What clients asked and were told, checked as it happens.
 *
 * <p>A value is the list of all changes that made it. So the changes that anybody was told of, by
 * an answer to a change or by a read, must always be a prefix of what is stored, and each answer
 * must reach at least as far as all answers that came before it was asked for. That is
 * linearizability of a list, and of any value that is made of it.
 */
final class History {
  /** One change, however often it is sent. */
  static final class Change {
    final int number;
    final int entity;
    final int floor;
    final long expected;

    /** How many messages that carry it have been sent and not certainly come to nothing. */
    int open;

    boolean maybe;
    boolean acknowledged;
    boolean certainlyNot;

    Change(int number, int entity, int floor, long expected) {
      this.number = number;
      this.entity = entity;
      this.floor = floor;
      this.expected = expected;
    }
  }

  private final World world;
  private final List<Change> changes = new ArrayList<>();
  private final int[] changesOf = new int[World.ENTITIES];
  private final int[][] stored = new int[World.ENTITIES][0];
  private final int[] told = new int[World.ENTITIES];

  History(World world) {
    this.world = world;
  }

  /** How many changes of the entity somebody has been told of. */
  int floor(int entity) {
    return told[entity];
  }

  int changesOf(int entity) {
    return changesOf[entity];
  }

  /** A new change, asked for now; {@code expected} as in a request. */
  Change change(int entity, long expected) {
    Change change = new Change(changes.size(), entity, told[entity], expected);
    changes.add(change);
    changesOf[entity]++;
    return change;
  }

  Change change(String number) {
    return changes.get(Integer.parseInt(number));
  }

  List<Change> all() {
    return changes;
  }

  boolean isStored(Change change) {
    return Arrays.stream(stored[change.entity]).anyMatch(c -> c == change.number);
  }

  void committed(int entity, Row before, Row after) {
    int[] was = Cell.in(before).changes();
    int[] is = Cell.in(after).changes();
    stored[entity] = is;
    if (after.revision() != is.length - 1) {
      throw new Violation(entity, "revision " + after.revision() + " of " + is.length + " changes");
    }
    int same = Arrays.mismatch(was, is);
    if (same >= 0 && same < told[entity]) {
      throw new Violation(
          entity,
          "the committed value has lost what was told: change " + was[same] + " at revision "
              + same);
    }
    for (int i = Math.max(0, same); i < is.length; i++) {
      fresh(entity, is, i);
    }
  }

  private void fresh(int entity, int[] is, int at) {
    for (int i = 0; i < at; i++) {
      if (is[i] == is[at]) {
        throw new Violation(entity, "change " + is[at] + " was applied twice");
      }
    }
    if (changes.get(is[at]).certainlyNot) {
      throw new Violation(
          entity, "change " + is[at] + " is done, though its caller was told that it is not");
    }
  }

  /** A read that was invoked at that floor was answered. */
  void read(int entity, int floor, int[] value) {
    if (value.length < floor) {
      throw new Violation(
          entity,
          "a read shows revision " + (value.length - 1) + ", though revision " + (floor - 1)
              + " was known when it began");
    }
    if (value.length > stored[entity].length
        || Arrays.mismatch(value, 0, value.length, stored[entity], 0, value.length) >= 0) {
      throw new Violation(
          entity, "a read shows " + Arrays.toString(value) + ", which is not what is stored");
    }
    told[entity] = Math.max(told[entity], value.length);
  }

  /** A client was told that its change led to that revision. */
  void acknowledged(Change change, long revision) {
    int[] is = stored[change.entity];
    if (revision >= is.length || is[(int) revision] != change.number) {
      throw new Violation(
          change.entity,
          "change " + change.number + " was acknowledged at revision " + revision
              + ", where it is not stored");
    }
    if (revision < change.floor) {
      throw new Violation(
          change.entity, "change " + change.number + " took effect before it was asked for");
    }
    change.acknowledged = true;
    told[change.entity] = Math.max(told[change.entity], (int) revision + 1);
  }

  /** A refusal tells that the entity has had that many changes. */
  void refused(Change change, int count) {
    if (count < change.floor) {
      throw new Violation(change.entity, "a refusal tells of old revision " + (count - 1));
    }
    if (count > stored[change.entity].length) {
      throw new Violation(
          change.entity, "a refusal tells of revision " + (count - 1) + " too early");
    }
    told[change.entity] = Math.max(told[change.entity], count);
  }

  /** A client was told that its change is not done and will not be. */
  void certainlyNot(Change change) {
    change.certainlyNot = true;
    world.reached(State.CERTAINLY_NOT_DONE);
    if (isStored(change)) {
      throw new Violation(
          change.entity,
          "change " + change.number + " is done, its caller was told that it is not");
    }
  }

  /** Everything has calmed down: what was acknowledged is there. */
  void atTheEnd() {
    for (Change change : changes) {
      if (change.acknowledged && !isStored(change)) {
        throw new Violation(change.entity, "acknowledged change " + change.number + " is lost");
      }
    }
  }
}
