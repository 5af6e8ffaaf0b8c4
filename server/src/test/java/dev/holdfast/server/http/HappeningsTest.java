package dev.holdfast.server.http;

import static dev.holdfast.server.http.Looks.BEGIN;
import static dev.holdfast.server.http.Looks.bar;
import static dev.holdfast.server.http.Looks.shard;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Cluster.Member;
import dev.holdfast.Cluster.Shard;
import dev.holdfast.Ownership;
import dev.holdfast.Ownership.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HappeningsTest {
  private final Looks looks = new Looks();
  private final Happenings happenings = new Happenings();

  private List<String> seen(List<Member> members, Shard... shards) {
    return texts(happenings.seen(looks.look(members, List.of(shards))));
  }

  private static List<String> texts(List<Event> events) {
    return events.stream()
        .map(event -> event.kind().text() + ": " + event.text())
        .toList();
  }

  private static Member foo() {
    return Looks.foo(1, "up");
  }

  @Test
  void theFirstLookTellsNothingSinceNothingIsKnownOfBefore() {
    assertThat(seen(List.of(foo(), bar(1, "up")), shard(0, "foo", 1, 1))).isEmpty();
  }

  @Test
  void aNodeThatJoinsIsToldOnce() {
    seen(List.of(foo()));
    assertThat(seen(List.of(foo(), bar(1, "up")))).containsExactly("joined: bar has joined");
    assertThat(seen(List.of(foo(), bar(2, "up")))).isEmpty();
  }

  @Test
  void everyStateOfANodeIsToldOnce() {
    seen(List.of(foo(), bar(1, "up")));
    assertThat(seen(List.of(foo(), bar(2, "draining"))))
        .containsExactly("draining: bar hands its shards over");
    assertThat(seen(List.of(foo(), bar(3, "left")))).containsExactly("left: bar has left");
    assertThat(seen(List.of(foo(), bar(3, "left")))).isEmpty();
  }

  @Test
  void aShardThatMovesTellsFromWhereToWhereThoughNobodyHadItBetween() {
    seen(List.of(foo(), bar(1, "draining")), shard(0, "bar", 2, 5));
    assertThat(seen(List.of(foo(), bar(2, "draining")), shard(0, "", 0, 5))).isEmpty();
    assertThat(seen(List.of(foo(), bar(3, "draining")), shard(0, "foo", 1, 6)))
        .containsExactly("moved: shard 0 went from bar to foo");
    assertThat(seen(List.of(foo(), bar(4, "draining")), shard(0, "foo", 1, 7)))
        .as("a barrier is no move")
        .isEmpty();
  }

  @Test
  void aMoveAwayFromTheDeadSaysSo() {
    seen(List.of(foo(), bar(1, "up")), shard(0, "bar", 2, 5));
    assertThat(seen(List.of(foo(), bar(1, "fenced")), shard(0, "foo", 1, 6)))
        .containsExactly(
            "fenced: bar was declared dead",
            "moved: shard 0 went from bar to foo, since bar was declared dead");
  }

  @Test
  void aHeartbeatThatStandsStillForTheTimeToLiveIsALostLease() {
    seen(List.of(foo(), bar(1, "up")));
    assertThat(seen(List.of(foo(), bar(1, "up")))).isEmpty();
    assertThat(seen(List.of(foo(), bar(1, "up")))).isEmpty();
    assertThat(seen(List.of(foo(), bar(1, "up"))))
        .containsExactly("lease-lost: bar has not renewed its lease");
    assertThat(seen(List.of(foo(), bar(1, "up")))).isEmpty();
    assertThat(seen(List.of(foo(), bar(2, "up"))))
        .containsExactly("lease-back: bar has renewed its lease");
  }

  @Test
  void theOwnLeaseIsKnownExactly() {
    seen(List.of(Looks.foo(Duration.ofSeconds(2))));
    assertThat(seen(List.of(Looks.foo(Duration.ZERO)))).hasSize(1);
    assertThat(seen(List.of(Looks.foo(Duration.ofMillis(1)))))
        .containsExactly("lease-back: foo has renewed its lease");
  }

  @Test
  void aDatabaseThatIsAwayIsToldOnceAndSoIsTheLeaseThatEndsMeanwhile() {
    seen(List.of(foo()));
    assertThat(texts(happenings.blind(BEGIN, "foo", true)))
        .containsExactly("database-lost: the database does not answer foo");
    assertThat(texts(happenings.blind(BEGIN, "foo", false)))
        .containsExactly("lease-lost: foo could not renew its lease");
    assertThat(happenings.blind(BEGIN, "foo", false)).isEmpty();
    assertThat(seen(List.of(foo())))
        .containsExactly(
            "database-back: the database answers foo again",
            "lease-back: foo has renewed its lease");
  }

  @Test
  void whatWasMissedComesFromTheHistoryInItsOrderAndIsNotToldTwice() {
    Ownership first =
        new Ownership(0, "bar", 2, 1, BEGIN, BEGIN.plusSeconds(5), Ending.FENCED, 1, null);
    Ownership second =
        new Ownership(0, "foo", 1, 2, BEGIN.plusSeconds(6), null, Ending.LASTS, 0, null);
    List<Member> both = List.of(foo(), bar(1, "fenced"));
    Look look = looks.look(both, List.of(shard(0, "foo", 1, 2)));
    List<Event> missed = happenings.missed(look, List.of(second, first));
    assertThat(texts(missed))
        .containsExactly(
            "moved: shard 0 went to bar",
            "moved: shard 0 went from bar to foo, since bar was declared dead");
    assertThat(missed).extracting(Event::at).containsExactly(BEGIN, BEGIN.plusSeconds(6));
    assertThat(seen(both, shard(0, "foo", 1, 2))).isEmpty();
    Look later = looks.look(both, List.of(shard(0, "foo", 1, 2)));
    assertThat(happenings.missed(later, List.of(second, first))).isEmpty();
  }
}
