package dev.holdfast.protocol;

import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Follow;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a node that has watched entities hears of changes, from every live node, itself included.
 * Pure; not thread-safe.
 *
 * <h2>A change is a hint</h2>
 *
 * A hint says that an entity may show another value than before. What it shows is for an ordinary
 * read to find out. So nothing here can show anybody a wrong value; all that can go wrong is that a
 * change is not heard of. Whenever that is possible, everything is to be looked at again:
 *
 * <table>
 * <caption>When a change may have been missed</caption>
 * <tr><td>{@link Why#OPENED}</td><td>a session has just begun: what changed before was not
 *     told</td></tr>
 * <tr><td>{@link Why#GAP}</td><td>a message did not come</td></tr>
 * <tr><td>{@link Why#LOST}</td><td>the owner had more to tell than it could keep</td></tr>
 * <tr><td>{@link Why#GONE}</td><td>a node has gone: it may have committed what it could not show
 *     any more, and whoever owns the entity now tells of it only once somebody asks</td></tr>
 * </table>
 *
 * <p>Sessions are renewed twice a second, and each renewal is answered by a numbered message: that
 * is how long the loss of a last message can go unnoticed. An owner that does not answer for
 * {@value #SILENCE_NANOS} ns is followed anew.
 */
public final class Following {
  static final long RENEW_NANOS = 500_000_000;
  static final long RETRY_NANOS = 100_000_000;
  static final long SILENCE_NANOS = 2_500_000_000L;

  /** Why everything is to be looked at again. */
  public enum Why {
    OPENED,
    GAP,
    LOST,
    GONE
  }

  /** What is to be done. */
  public sealed interface Output {
    /** Send a message to the node at an address. */
    record Tell(String address, PeerMessage message) implements Output {}

    /** Look at what has changed. */
    record Look(List<Hint> hints) implements Output {}

    /** Look at everything that is watched; a look that has begun before does not count. */
    record LookAtAll(Why why) implements Output {}
  }

  private static final class Feed {
    final String address;
    long session;
    /** The number of the next message; 0 if none has come in this session. */
    long next;

    long heardNanos;
    long toldNanos;

    Feed(String address) {
      this.address = address;
    }
  }

  private final long epoch;
  private final String address;
  private final Map<Long, Feed> feeds = new HashMap<>();
  private List<String> types = List.of();
  private long sessions;

  /** Nothing is watched, and nobody is known. */
  public Following(long epoch, String address) {
    this.epoch = epoch;
    this.address = address;
  }

  /** Entities of these types are watched from now on; none of any other. */
  public List<Output> want(long now, java.util.Set<String> wanted) {
    List<String> sorted = List.copyOf(new TreeSet<>(wanted));
    if (sorted.equals(types)) {
      return List.of();
    }
    types = sorted;
    List<Output> out = new ArrayList<>();
    feeds.forEach((owner, feed) -> open(now, owner, feed, out));
    return out;
  }

  /** Those nodes are live, by epoch, with their addresses. */
  public List<Output> live(long now, Map<Long, String> nodes) {
    List<Output> out = new ArrayList<>();
    if (feeds.keySet().retainAll(nodes.keySet())) {
      out.add(new Output.LookAtAll(Why.GONE));
    }
    nodes.forEach((owner, place) -> {
      if (!feeds.containsKey(owner)) {
        Feed feed = new Feed(place);
        feeds.put(owner, feed);
        open(now, owner, feed, out);
      }
    });
    return out;
  }

  private void open(long now, long owner, Feed feed, List<Output> out) {
    feed.session = ++sessions;
    feed.next = 0;
    feed.heardNanos = now;
    tell(now, owner, feed, out);
  }

  private void tell(long now, long owner, Feed feed, List<Output> out) {
    feed.toldNanos = now;
    if (!types.isEmpty()) {
      out.add(
          new Output.Tell(feed.address, new Follow(epoch, owner, feed.session, address, types)));
    }
  }

  /** A message has come. */
  public List<Output> told(long now, Changed changed) {
    Feed feed = feeds.get(changed.owner());
    if (feed == null || changed.reader() != epoch || changed.session() != feed.session) {
      return List.of();
    }
    List<Output> out = new ArrayList<>(2);
    if (feed.next == 0) {
      out.add(new Output.LookAtAll(Why.OPENED));
    } else if (changed.number() > feed.next) {
      out.add(new Output.LookAtAll(Why.GAP));
    }
    if (changed.lost()) {
      out.add(new Output.LookAtAll(Why.LOST));
    }
    if (!changed.hints().isEmpty()) {
      out.add(new Output.Look(changed.hints()));
    }
    feed.next = Math.max(feed.next, changed.number() + 1);
    feed.heardNanos = now;
    return out;
  }

  /** To be called often. */
  public List<Output> tick(long now) {
    List<Output> out = new ArrayList<>();
    if (!types.isEmpty()) {
      feeds.forEach((owner, feed) -> {
        long pace = feed.next == 0 ? RETRY_NANOS : RENEW_NANOS;
        if (feed.next != 0 && now - feed.heardNanos > SILENCE_NANOS) {
          open(now, owner, feed, out);
        } else if (now - feed.toldNanos >= pace) {
          tell(now, owner, feed, out);
        }
      });
    }
    return out;
  }
}
