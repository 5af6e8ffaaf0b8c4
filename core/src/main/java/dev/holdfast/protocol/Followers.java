package dev.holdfast.protocol;

import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Follow;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes that want to hear of changes of this node's entities. Each is told in messages that are
 * numbered, so that it notices when one is lost; nothing is sent twice. Each {@link Follow} is
 * answered by such a message, so that the loss of the last one is noticed as well.
 *
 * <p>A follower that does not renew is told nothing any more, and neither if it renews that session
 * later: it has missed something, and finds out by the silence. Pure; not thread-safe.
 */
public final class Followers {
  /** After that time a follower that does not renew is told nothing any more. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  private static final int MOST = 1_000;

  /** A message to be sent to the node at an address. */
  public record Tell(String address, PeerMessage message) {}

  private static final class Follower {
    final long session;
    final String address;
    final Set<String> types;
    long number;
    long renewedNanos;
    boolean dropped;

    Follower(Follow opened) {
      this.session = opened.session();
      this.address = opened.address();
      this.types = Set.copyOf(opened.types());
    }
  }

  private final long epoch;
  private final Map<Long, Follower> followers = new HashMap<>();

  /** Nobody follows yet. */
  public Followers(long epoch) {
    this.epoch = epoch;
  }

  /** Whether somebody follows. */
  public boolean any() {
    return followers.values().stream().anyMatch(each -> !each.dropped);
  }

  /** A node wants to hear of changes, from now on; or still does. */
  public List<Tell> follow(long now, Follow follow) {
    Follower known = followers.get(follow.reader());
    boolean over = known != null
        && (follow.session() < known.session
            || (follow.session() == known.session && known.dropped));
    if (follow.owner() != epoch || over || (known == null && followers.size() >= MOST)) {
      return List.of();
    }
    if (known == null || follow.session() > known.session) {
      known = new Follower(follow);
      followers.put(follow.reader(), known);
    }
    known.renewedNanos = now;
    return List.of(tell(follow.reader(), known, false, List.of()));
  }

  /** These changes are visible here; tells whoever follows. */
  public List<Tell> changed(long now, Hints.Batch batch) {
    List<Tell> out = new ArrayList<>();
    followers.forEach((reader, follower) -> {
      follower.dropped |= now - follower.renewedNanos > PATIENCE_NANOS;
      if (follower.dropped) {
        return;
      }
      List<Hint> theirs = batch.hints().stream()
          .filter(hint -> follower.types.contains(hint.key().type()))
          .toList();
      if (batch.lost()) {
        out.add(tell(reader, follower, true, List.of()));
      }
      for (int i = 0; i < theirs.size(); i += PeerMessage.KEYS) {
        int end = Math.min(theirs.size(), i + PeerMessage.KEYS);
        out.add(tell(reader, follower, false, List.copyOf(theirs.subList(i, end))));
      }
    });
    return out;
  }

  private Tell tell(long reader, Follower follower, boolean lost, List<Hint> hints) {
    follower.number++;
    return new Tell(
        follower.address,
        new Changed(reader, epoch, follower.session, follower.number, lost, hints));
  }

  /** Those are the epochs that are live; one that renews may not be known as such yet. */
  public void live(Set<Long> epochs) {
    followers
        .entrySet()
        .removeIf(each -> each.getValue().dropped && !epochs.contains(each.getKey()));
  }
}
