package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Follow;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an owner tells those who follow. */
class FollowersTest {
  private static final long OWNER = 9;

  private final Followers followers = new Followers(OWNER);

  private List<Changed> follow(long now, long session) {
    return changes(followers.follow(now, new Follow(1, OWNER, session, "there:1#1", List.of("t"))));
  }

  private static List<Changed> changes(List<Followers.Tell> messages) {
    return messages.stream().map(tell -> (Changed) tell.message()).toList();
  }

  private static Hints.Batch batch(int entities) {
    Hints hints = new Hints();
    IntStream.range(0, entities).forEach(i -> hints.add(new EntityKey("t", "x" + i), i));
    hints.add(new EntityKey("other", "x"), 1);
    return hints.take();
  }

  @Test
  void everyRenewalIsAnsweredByANumberedMessage() {
    assertThat(follow(0, 1)).extracting(Changed::number).containsExactly(1L);
    assertThat(changes(followers.changed(1, batch(1))))
        .extracting(Changed::number)
        .containsExactly(2L);
    assertThat(follow(2, 1)).extracting(Changed::number).containsExactly(3L);
  }

  @Test
  void onlyTheTypesThatAreFollowedAreToldInMessagesOfBoundedSize() {
    follow(0, 1);
    List<Changed> told = changes(followers.changed(1, batch(2_500)));
    assertThat(told).hasSize(3).allMatch(each -> each.hints().size() <= PeerMessage.KEYS);
    assertThat(told.stream().mapToInt(each -> each.hints().size()).sum()).isEqualTo(2_500);
  }

  @Test
  void moreThanCanBeKeptIsToldAsLost() {
    follow(0, 1);
    Hints.Batch lost = batch(Hints.MOST + 10);
    assertThat(lost.lost()).isTrue();
    assertThat(changes(followers.changed(1, lost))).anyMatch(Changed::lost);
  }

  @Test
  void aFollowerThatWasGivenUpFindsOutBySilence() {
    follow(0, 1);
    long late = Followers.PATIENCE_NANOS + 1;
    assertThat(followers.changed(late, batch(1))).isEmpty();
    assertThat(followers.any()).isFalse();
    followers.live(Set.of(1L));
    assertThat(follow(late, 1)).as("it has missed something in that session").isEmpty();
    assertThat(follow(late, 2)).extracting(Changed::number).containsExactly(1L);
  }

  @Test
  void anEarlierSessionIsNotAnswered() {
    follow(0, 2);
    assertThat(follow(1, 1)).isEmpty();
    assertThat(changes(followers.follow(1, new Follow(1, OWNER + 1, 3, "there:1#1", List.of("t")))))
        .isEmpty();
  }
}
