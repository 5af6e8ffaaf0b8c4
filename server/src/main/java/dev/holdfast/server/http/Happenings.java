package dev.holdfast.server.http;

import dev.holdfast.Cluster.Member;
import dev.holdfast.Cluster.Shard;
import dev.holdfast.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells what happened from how things look, one time after the other. What shards did while nobody
 * looked is taken from the database's history. Belongs to one thread.
 */
final class Happenings {
  /** What is known of a node. */
  private record Known(Member member, Duration leaseLeft) {}

  private final Map<Long, Known> members = new HashMap<>();
  private final Map<Integer, Shard> shards = new HashMap<>();
  private boolean began;
  private boolean database = true;
  private boolean ready = true;

  /**
   * Goes on after a time in which nobody looked.
   *
   * @param history what changed hands lately, the latest first
   * @return what of it was not known yet, the oldest first
   */
  List<Event> missed(Look look, List<Ownership> history) {
    List<Event> events = new ArrayList<>();
    Map<Integer, Ownership> before = new HashMap<>();
    List<Ownership> oldestFirst = new ArrayList<>(history);
    Collections.reverse(oldestFirst);
    for (Ownership time : oldestFirst) {
      Shard known = shards.get(time.shard());
      if (known == null || time.token() > known.token()) {
        events.add(move(time, before.get(time.shard())));
      }
      before.put(time.shard(), time);
    }
    look.cluster().shards().forEach(shard -> {
      var unused = keep(shard, before.get(shard.number()));
    });
    events.addAll(seen(look));
    return events;
  }

  private static Event move(Ownership time, @Nullable Ownership before) {
    String from = before == null ? "" : before.node();
    boolean fenced = before != null && before.ending() == Ownership.Ending.FENCED;
    return Event.moved(
        time.from(),
        time.shard(),
        from,
        time.node(),
        time.epoch(),
        time.token(),
        fenced ? "since " + from + " was declared dead" : null);
  }

  /** What has changed since the look before. */
  List<Event> seen(Look look) {
    List<Event> events = new ArrayList<>();
    if (!database) {
      database = true;
      events.add(Event.of(
          Event.Kind.DATABASE_BACK,
          look.at(),
          look.node(),
          0,
          "the database answers " + look.node() + " again"));
    }
    look.cluster().members().forEach(member -> member(look, member, events));
    members.keySet().removeIf(epoch -> look.member(epoch) == null);
    look.cluster().shards().forEach(shard -> shard(look, shard, events));
    began = true;
    return events;
  }

  private void member(Look look, Member member, List<Event> events) {
    Duration left = look.leaseLeft(member);
    Known before = members.put(member.epoch(), new Known(member, left));
    if (!began) {
      ready = member.self() ? !left.isZero() : ready;
      return;
    }
    boolean joined = member.live() && member.joined();
    if (joined && (before == null || !before.member().joined())) {
      events.add(event(Event.Kind.JOINED, look, member, " has joined"));
    }
    if (before == null) {
      return; // what is over when it is first seen has been over for who knows how long
    }
    if (!before.member().state().equals(member.state())) {
      events.add(ended(look, member));
    } else if (joined) {
      lease(look, member, before.leaseLeft(), left, events);
    }
  }

  private static Event ended(Look look, Member member) {
    return switch (member.state()) {
      case "draining" -> event(Event.Kind.DRAINING, look, member, " hands its shards over");
      case "evicting" ->
        event(Event.Kind.EVICTING, look, member, " was told to go: some cannot reach it");
      case "left" -> event(Event.Kind.LEFT, look, member, " has left");
      default -> event(Event.Kind.FENCED, look, member, " was declared dead");
    };
  }

  private void lease(Look look, Member member, Duration before, Duration left, List<Event> events) {
    boolean told = member.self() && !ready;
    if (!before.isZero() && left.isZero() && !told) {
      events.add(event(Event.Kind.LEASE_LOST, look, member, " has not renewed its lease"));
    } else if (!left.isZero() && (before.isZero() || told)) {
      events.add(event(Event.Kind.LEASE_BACK, look, member, " has renewed its lease"));
    }
    if (member.self()) {
      ready = !left.isZero();
    }
  }

  private static Event event(Event.Kind kind, Look look, Member member, String what) {
    return Event.of(kind, look.at(), member.name(), member.epoch(), member.name() + what);
  }

  private void shard(Look look, Shard shard, List<Event> events) {
    Shard before = keep(shard, null);
    if (before == null || shard.epoch() == 0 || shard.epoch() == before.epoch()) {
      return;
    }
    Member was = look.member(before.epoch());
    boolean fenced = was != null && Objects.equals(was.state(), "fenced");
    events.add(Event.moved(
        look.at(),
        shard.number(),
        before.owner(),
        shard.owner(),
        shard.epoch(),
        shard.token(),
        fenced ? "since " + before.owner() + " was declared dead" : null));
  }

  /**
   * Between two owners a shard has none; who had it is kept for the event that follows.
   *
   * @param time when it was owned last, if that is known
   * @return what was known before
   */
  private @Nullable Shard keep(Shard shard, @Nullable Ownership time) {
    Shard before = shards.get(shard.number());
    Shard kept = shard;
    if (shard.epoch() == 0 && before != null && before.epoch() != 0) {
      kept = ownedBy(shard, before.owner(), before.epoch());
    } else if (shard.epoch() == 0 && time != null) {
      kept = ownedBy(shard, time.node(), time.epoch());
    }
    shards.put(shard.number(), kept);
    return before;
  }

  private static Shard ownedBy(Shard shard, String owner, long epoch) {
    return new Shard(shard.number(), owner, epoch, shard.token(), shard.wantedBy(), -1);
  }

  /**
   * The database does not answer.
   *
   * @param stillReady whether the node may serve all the same
   */
  List<Event> blind(Instant at, String node, boolean stillReady) {
    List<Event> events = new ArrayList<>();
    if (database) {
      database = false;
      events.add(
          Event.of(Event.Kind.DATABASE_LOST, at, node, 0, "the database does not answer " + node));
    }
    if (ready && !stillReady) {
      ready = false;
      events.add(Event.of(Event.Kind.LEASE_LOST, at, node, 0, node + " could not renew its lease"));
    }
    return events;
  }
}
