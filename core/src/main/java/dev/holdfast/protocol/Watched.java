package dev.holdfast.protocol;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which entities a node is to read for its watches, and to which of them it gives what it
 * has read. A watch is for one entity, or for all of a type whose ids begin alike. Pure; not
 * thread-safe.
 *
 * <h2>Who is given what</h2>
 *
 * All that is given was read, by linearizable reads, one at a time for each entity. So nobody is
 * given what other readers may not see yet, and what is read never becomes older. A watch is given
 * what is newer than what it was given before. Of several changes in a row it may be given only the
 * last.
 *
 * <h2>Nothing newer is missed</h2>
 *
 * What may have changed is <em>due</em> at each watch that it concerns, and ceases to be so only by
 * a read that has begun since. Where nothing is known of what has changed, each single entity is
 * due, and for a prefix the database is listed: it is never behind what readers see. What it has
 * newer than was given is due, and what was given and is not there any more.
 *
 * <h2>Bounds</h2>
 *
 * For each watch at most {@value #ROOM} entities are being read or have been given and not been
 * taken; a watch that takes nothing has nothing read. What else is due are ids. A prefix that
 * concerns more than {@value #MOST_IDS} entities cannot be watched. At most {@value #MOST_READS}
 * reads are under way.
 */
public final class Watched {
  static final int ROOM = 64;
  static final int MOST_IDS = 10_000;
  static final int MOST_READS = 256;

  /** Less than any revision: nothing was given. */
  private static final long NOTHING = Long.MIN_VALUE;

  /** What is to be done. */
  public sealed interface Output {
    /** Read the entity, linearizably. */
    record Read(EntityKey key) implements Output {}

    /** List a page of the database, for a watch; only ids greater than that one. */
    record List(long watch, String type, String after) implements Output {}

    /** Give what was just read to a watch. */
    record Give(long watch) implements Output {}

    /** The watch concerns too many entities, and is over. */
    record TooMany(long watch) implements Output {}
  }

  /** A row that a page has. */
  public record Listed(String id, long revision) {}

  private static final class Watch {
    final long number;
    final String type;

    /** The id, or what ids begin with. */
    final String text;

    final boolean all;

    /** The revisions given last, of entities that exist; of a single one, also that it does not. */
    final Map<String, Long> given = new HashMap<>();

    /** What is to be read, with the revision that is known of; a map for its order. */
    final Map<String, Long> due = new LinkedHashMap<>();

    int room;
    boolean listing;
    boolean listAgain;
    boolean over;

    /** What was given and has not come up in the listing yet. */
    Set<String> unlisted = Set.of();

    Watch(long number, String type, String text, boolean all) {
      this.number = number;
      this.type = type;
      this.text = text;
      this.all = all;
      this.room = all ? ROOM : 1;
    }

    long givenOf(String id) {
      return given.getOrDefault(id, NOTHING);
    }

    long dueOf(String id) {
      return due.getOrDefault(id, Hint.UNSURE);
    }
  }

  /** An entity that is being read, or waits for that. */
  private static final class Reading {
    boolean begun;

    /** Those who asked before it began. */
    Set<Watch> asked = new LinkedHashSet<>();

    /** Those for whom it is due since it began. */
    final Set<Watch> later = new LinkedHashSet<>();
  }

  private final Map<Long, Watch> watches = new HashMap<>();
  private final Map<String, Integer> types = new HashMap<>();
  private final Map<EntityKey, Set<Watch>> singles = new HashMap<>();
  private final Map<String, Set<Watch>> prefixes = new HashMap<>();
  private final Map<EntityKey, Reading> readings = new HashMap<>();
  private final ArrayDeque<EntityKey> queue = new ArrayDeque<>();
  private final List<EntityKey> failed = new ArrayList<>();
  private final List<Watch> unlistable = new ArrayList<>();
  private int underWay;

  /** The types of which something is watched. */
  public Set<String> types() {
    return Set.copyOf(types.keySet());
  }

  /** Watches an entity, from what comes after {@code revision}; from now on if that is null. */
  public List<Output> open(long number, EntityKey key, @Nullable Long revision) {
    Watch watch = added(new Watch(number, key.type(), key.id(), false));
    singles.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(watch);
    if (revision != null) {
      watch.given.put(key.id(), revision);
    }
    List<Output> out = new ArrayList<>();
    want(watch, key.id(), Hint.UNSURE, out);
    return begun(out);
  }

  /** Watches all entities of a type whose ids begin with {@code prefix}. */
  public List<Output> openAll(long number, String type, String prefix) {
    Watch watch = added(new Watch(number, type, prefix, true));
    prefixes.computeIfAbsent(type, unused -> new LinkedHashSet<>()).add(watch);
    List<Output> out = new ArrayList<>();
    list(watch, out);
    return begun(out);
  }

  private Watch added(Watch watch) {
    watches.put(watch.number, watch);
    types.merge(watch.type, 1, Integer::sum);
    return watch;
  }

  /** The watch is over. */
  public void close(long number) {
    Watch watch = watches.remove(number);
    if (watch == null) {
      return;
    }
    watch.over = true;
    watch.due.clear();
    types.computeIfPresent(watch.type, (type, count) -> count == 1 ? null : count - 1);
    if (watch.all) {
      remove(prefixes, watch.type, watch);
    } else {
      remove(singles, new EntityKey(watch.type, watch.text), watch);
    }
  }

  private static <K> void remove(Map<K, Set<Watch>> from, K key, Watch watch) {
    Set<Watch> there = Objects.requireNonNull(from.get(key));
    there.remove(watch);
    if (there.isEmpty()) {
      from.remove(key);
    }
  }

  /** Entities may have changed. */
  public List<Output> look(List<Hint> hints) {
    List<Output> out = new ArrayList<>();
    for (Hint hint : hints) {
      String id = hint.key().id();
      List<Watch> concerned = new ArrayList<>(singles.getOrDefault(hint.key(), Set.of()));
      prefixes.getOrDefault(hint.key().type(), Set.of()).stream()
          .filter(watch -> id.startsWith(watch.text))
          .forEach(concerned::add);
      for (Watch watch : concerned) {
        if (hint.revision() > watch.givenOf(id)) {
          want(watch, id, hint.revision(), out);
        }
      }
    }
    return begun(out);
  }

  /** Anything may have changed. */
  public List<Output> lookAtAll() {
    List<Output> out = new ArrayList<>();
    for (Watch watch : List.copyOf(watches.values())) {
      if (watch.all) {
        list(watch, out);
      } else {
        want(watch, watch.text, Hint.UNSURE, out);
      }
    }
    return begun(out);
  }

  // ---- listings

  private void list(Watch watch, List<Output> out) {
    watch.listAgain = watch.listing;
    if (!watch.listing) {
      watch.listing = true;
      watch.unlisted = new HashSet<>(watch.given.keySet());
      if (!watch.text.isEmpty()) {
        want(watch, watch.text, Hint.UNSURE, out); // a page has only what comes after it
      }
      if (!watch.over) {
        out.add(new Output.List(watch.number, watch.type, watch.text));
      }
    }
  }

  /**
   * A page has come.
   *
   * @param more whether there may be another one
   */
  public List<Output> listed(long number, List<Listed> page, boolean more) {
    Watch watch = watches.get(number);
    List<Output> out = new ArrayList<>();
    if (watch == null) {
      return out;
    }
    boolean further = more && !page.isEmpty();
    for (Listed row : page) {
      further &= row.id().startsWith(watch.text);
      if (row.id().startsWith(watch.text) && !watch.over) {
        watch.unlisted.remove(row.id());
        if (row.revision() > watch.givenOf(row.id())) {
          want(watch, row.id(), Hint.UNSURE, out);
        }
      }
    }
    if (further && !watch.over) {
      out.add(new Output.List(number, watch.type, page.get(page.size() - 1).id()));
    } else if (!watch.over) {
      allListed(watch, out);
    }
    return begun(out);
  }

  private void allListed(Watch watch, List<Output> out) {
    watch.listing = false;
    for (String id : watch.unlisted) {
      want(watch, id, Hint.UNSURE, out);
    }
    watch.unlisted = Set.of();
    if (watch.listAgain && !watch.over) {
      list(watch, out);
    }
  }

  /** The page did not come; it is begun again, from the start, by the next tick. */
  public void notListed(long number) {
    Watch watch = watches.get(number);
    if (watch != null) {
      watch.listing = false;
      unlistable.add(watch);
    }
  }

  // ---- reads

  private void want(Watch watch, String id, long revision, List<Output> out) {
    if (watch.over) {
      return;
    }
    watch.due.merge(id, revision, Math::max);
    if (watch.due.size() > 2 * MOST_IDS) {
      tooMany(watch, out);
    } else {
      request(watch);
    }
  }

  /** Has read what is due, as far as there is room. */
  private void request(Watch watch) {
    if (watch.room == 0 || watch.due.isEmpty()) {
      return;
    }
    for (var due = watch.due.keySet().iterator(); due.hasNext() && watch.room > 0; ) {
      EntityKey key = new EntityKey(watch.type, due.next());
      Reading reading = readings.get(key);
      if (reading == null) {
        reading = new Reading();
        readings.put(key, reading);
        queue.add(key);
      }
      if (reading.begun) {
        reading.later.add(watch);
      } else {
        due.remove();
        if (reading.asked.add(watch)) {
          watch.room--;
        }
      }
    }
  }

  /** What is to be done, with the reads that can begin now. */
  private List<Output> begun(List<Output> out) {
    while (underWay < MOST_READS && !queue.isEmpty()) {
      EntityKey key = queue.remove();
      Reading reading = Objects.requireNonNull(readings.get(key));
      reading.asked.removeIf(watch -> watch.over);
      if (reading.asked.isEmpty()) {
        readings.remove(key);
      } else {
        reading.begun = true;
        underWay++;
        out.add(new Output.Read(key));
      }
    }
    return out;
  }

  /**
   * An entity was read. What there is to give comes first.
   *
   * @param revision its revision; that of its deletion if it does not exist, -1 if it never did
   */
  public List<Output> read(EntityKey key, long revision, boolean exists) {
    Reading reading = Objects.requireNonNull(readings.remove(key), "it was asked for");
    underWay--;
    List<Output> out = new ArrayList<>();
    for (Watch watch : reading.asked) {
      watch.room++;
      give(watch, key.id(), revision, exists, out);
    }
    for (Watch watch : reading.later) {
      if (watch.dueOf(key.id()) <= revision && watch.room > 0) {
        give(watch, key.id(), revision, exists, out);
      }
    }
    reading.asked.forEach(this::request);
    reading.later.forEach(this::request);
    return begun(out);
  }

  /** Gives it if it is news, and settles the hints that told of it. There is room. */
  private void give(Watch watch, String id, long revision, boolean exists, List<Output> out) {
    if (watch.over) {
      return;
    }
    if (watch.dueOf(id) <= revision) {
      watch.due.remove(id);
    }
    boolean never = watch.all && !exists && !watch.given.containsKey(id);
    if (revision <= watch.givenOf(id) || never) {
      return;
    }
    if (watch.all && !exists) {
      watch.given.remove(id);
    } else {
      watch.given.put(id, revision);
    }
    watch.room--;
    out.add(new Output.Give(watch.number));
    if (watch.given.size() > MOST_IDS) {
      tooMany(watch, out);
    }
  }

  private void tooMany(Watch watch, List<Output> out) {
    close(watch.number);
    out.add(new Output.TooMany(watch.number));
  }

  /** The read did not succeed; it is done again, by the next tick. */
  public List<Output> notRead(EntityKey key) {
    Reading reading = Objects.requireNonNull(readings.get(key), "it was asked for");
    underWay--;
    reading.begun = false;
    failed.add(key);
    reading.later.forEach(this::request);
    reading.later.clear();
    return begun(new ArrayList<>());
  }

  /** The watch has taken something that it was given. */
  public List<Output> taken(long number) {
    Watch watch = watches.get(number);
    if (watch != null) {
      watch.room++;
      request(watch);
    }
    return begun(new ArrayList<>());
  }

  /** Now and then: what did not succeed is tried again. */
  public List<Output> tick() {
    List<Output> out = new ArrayList<>();
    queue.addAll(failed);
    failed.clear();
    List<Watch> again = List.copyOf(unlistable);
    unlistable.clear();
    again.stream().filter(watch -> !watch.over).forEach(watch -> list(watch, out));
    return begun(out);
  }
}
