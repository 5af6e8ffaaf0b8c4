package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.NodeRow.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Arbiter} must do. Extend it, say how to connect, and run it with JUnit. */
public abstract class ArbiterContract extends DatabaseContract {
  /** Made by the test framework. */
  protected ArbiterContract() {}

  private static NodeRow row(Node node) {
    return node.database().arbiter().nodes().stream()
        .filter(row -> row.epoch() == node.epoch())
        .findFirst()
        .orElseThrow();
  }

  private static Arbiter arbiter(Node node) {
    return node.database().arbiter();
  }

  // Opening

  @Test
  void theFirstToOpenMakesAllClaimsFree() {
    Arbiter arbiter = opened().arbiter();
    assertThat(IntStream.range(0, SHARDS).mapToObj(arbiter::claim))
        .allSatisfy(claim -> assertThat(claim.map(ClaimRow::owner)).hasValue(0L));
    assertThat(arbiter.claim(SHARDS)).isEmpty();
    assertThat(arbiter.claims()).isEmpty();
    assertThat(arbiter.nodes()).isEmpty();
    assertThat(arbiter.formation()).isEqualTo(new Arbiter.Formation(0, 0));
  }

  @Test
  void openingAgainFindsWhatIsThere() {
    Node foo = node(opened(), "foo");
    foo.claim(3);
    foo.database().arbiter().open(SHARDS, Arbiter.HASH_VERSION);
    assertThat(opened().arbiter().claims()).hasSize(1);
  }

  @Test
  void twoOpenersOnAnEmptyDatabaseBothSucceed() {
    List<Database> databases = IntStream.range(0, 4).mapToObj(i -> connected()).toList();
    race(4, i -> () -> {
      databases.get(i).arbiter().open(SHARDS, Arbiter.HASH_VERSION);
      return i;
    });
    assertThat(databases)
        .allSatisfy(database -> assertThat(database.arbiter().claim(SHARDS - 1)).isPresent());
  }

  @Test
  void anotherNumberOfShardsIsRefused() {
    opened();
    Arbiter arbiter = connected().arbiter();
    assertThatExceptionOfType(CannotStart.class)
        .isThrownBy(() -> arbiter.open(2 * SHARDS, Arbiter.HASH_VERSION))
        .withMessageContaining(String.valueOf(SHARDS))
        .withMessageContaining(String.valueOf(2 * SHARDS));
  }

  @Test
  void anotherHashIsRefused() {
    opened();
    Arbiter arbiter = connected().arbiter();
    assertThatExceptionOfType(CannotStart.class)
        .isThrownBy(() -> arbiter.open(SHARDS, Arbiter.HASH_VERSION + 1))
        .withMessageContaining("hash");
  }

  @Test
  void aDatabaseSaysWhatItIs() {
    assertThat(opened().describe()).isNotBlank();
  }

  // Registering and renewing

  @Test
  void aNewNodeIsUpAndNoMember() {
    Database database = opened();
    String uuid = UUID.randomUUID().toString();
    long epoch = database
        .arbiter()
        .register(uuid, "foo", "engine://host:1", "http://host:2", LEASE_TTL)
        .orElseThrow();
    assertThat(database.arbiter().nodes())
        .containsExactly(new NodeRow(
            epoch,
            uuid,
            "foo",
            "engine://host:1",
            "http://host:2",
            State.UP,
            0,
            false,
            Set.of(),
            LEASE_TTL));
  }

  @Test
  void anEpochIsNeverZeroAndNeverUsedAgain() {
    Database database = opened();
    Set<Long> epochs = new HashSet<>(Set.of(0L));
    for (int i = 0; i < 5; i++) {
      Node node = node(database, "foo");
      assertThat(epochs.add(node.epoch())).isTrue();
      database.arbiter().state(node.epoch(), State.LEFT);
    }
  }

  @Test
  void registeringAgainUnderOneUuidAnswersTheSameEpochWhileItLives() {
    Database database = opened();
    String uuid = UUID.randomUUID().toString();
    OptionalLong epoch = register(database, uuid, "foo");
    assertThat(register(database, uuid, "foo")).isEqualTo(epoch);
    assertThat(database.arbiter().nodes()).hasSize(1);
    database.arbiter().state(epoch.orElseThrow(), State.LEFT);
    assertThat(register(database, uuid, "foo")).isEmpty();
  }

  @Test
  void eachNodeHasItsOwnTimeToLive() {
    Arbiter arbiter = opened().arbiter();
    for (int seconds : List.of(1, 60)) {
      String name = "node-" + seconds;
      arbiter.register(name, name, "engine://" + name, "", Duration.ofSeconds(seconds));
    }
    assertThat(arbiter.nodes())
        .extracting(NodeRow::leaseTtl)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  @Test
  void aNameThatALiveNodeHasIsRefused() {
    Database database = opened();
    Node foo = node(database, "foo");
    for (State state : List.of(State.UP, State.DRAINING, State.EVICTING)) {
      database.arbiter().state(foo.epoch(), state);
      OptionalLong second = database
          .arbiter()
          .register(UUID.randomUUID().toString(), "foo", "engine://elsewhere", "", LEASE_TTL);
      assertThat(second).as(state.name()).isEmpty();
    }
    assertThat(database.arbiter().nodes()).hasSize(1);
  }

  @Test
  void theNameOfANodeThatIsOverIsFree() {
    Database database = opened();
    database.arbiter().state(node(database, "foo").epoch(), State.LEFT);
    database.arbiter().fence(node(database, "foo").epoch(), 0, 0);
    node(database, "foo");
    assertThat(database.arbiter().nodes())
        .extracting(NodeRow::state)
        .containsExactly(State.LEFT, State.FENCED, State.UP);
  }

  @Test
  void ofNodesThatRegisterOneNameAtTheSameTimeOneIsTaken() {
    List<Database> databases = IntStream.range(0, 4).mapToObj(i -> opened()).toList();
    List<OptionalLong> epochs =
        race(4, i -> () -> register(databases.get(i), UUID.randomUUID().toString(), "foo"));
    assertThat(epochs.stream().filter(OptionalLong::isPresent)).hasSize(1);
  }

  @Test
  void aRenewalRaisesTheHeartbeatAndSaysWhoIsUnreachable() {
    Node foo = node(opened(), "foo");
    assertThat(foo.renew()).isTrue();
    assertThat(arbiter(foo).renew(foo.epoch(), foo.uuid(), Set.of(7L, 1234567890123L)))
        .isTrue();
    assertThat(row(foo).heartbeat()).isEqualTo(2);
    assertThat(row(foo).unreachable()).containsExactlyInAnyOrder(7L, 1234567890123L);
    assertThat(foo.renew()).isTrue();
    assertThat(row(foo).unreachable()).isEmpty();
  }

  @Test
  void aDrainingNodeCanRenewAndAnEvictedOneCannot() {
    Node foo = node(opened(), "foo");
    arbiter(foo).state(foo.epoch(), State.DRAINING);
    assertThat(foo.renew()).isTrue();
    arbiter(foo).state(foo.epoch(), State.EVICTING);
    assertThat(foo.renew()).isFalse();
    assertThat(row(foo).heartbeat()).isEqualTo(1);
  }

  @Test
  void aNodeThatIsOverCannotRenew() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    arbiter(foo).fence(foo.epoch(), 0, 0);
    arbiter(foo).state(bar.epoch(), State.LEFT);
    assertThat(foo.renew()).isFalse();
    assertThat(bar.renew()).isFalse();
    assertThat(row(foo).heartbeat()).isZero();
  }

  @Test
  void aRenewalUnderAnotherUuidIsRefused() {
    Node foo = node(opened(), "foo");
    assertThat(arbiter(foo).renew(foo.epoch(), UUID.randomUUID().toString(), Set.of()))
        .isFalse();
    assertThat(arbiter(foo).renew(foo.epoch() + 1, foo.uuid(), Set.of())).isFalse();
    assertThat(row(foo).heartbeat()).isZero();
  }

  // Fencing and states

  @Test
  void aFenceWithAnOldHeartbeatIsRefused() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    foo.renew();
    assertThat(arbiter(bar).fence(foo.epoch(), 0, 0)).isFalse();
    assertThat(row(foo).state()).isEqualTo(State.UP);
    assertThat(arbiter(bar).fence(foo.epoch(), 1, 0)).isTrue();
    assertThat(row(foo).state()).isEqualTo(State.FENCED);
  }

  @Test
  void aFenceOfANodeThatIsOverIsRefused() {
    Node foo = node(opened(), "foo");
    arbiter(foo).state(foo.epoch(), State.LEFT);
    assertThat(arbiter(foo).fence(foo.epoch(), 0, 0)).isFalse();
    assertThat(row(foo).state()).isEqualTo(State.LEFT);
    assertThat(arbiter(foo).fence(foo.epoch() + 1, 0, 0)).isFalse();
  }

  @Test
  void aRenewalAndAFenceAtTheSameTimeAgreeOnWhoWon() {
    Database other = opened();
    for (int round = 0; round < 10; round++) {
      Node foo = node(opened(), "foo-" + round);
      List<Boolean> results =
          race(2, i -> i == 0 ? foo::renew : () -> other.arbiter().fence(foo.epoch(), 0, 0));
      assertThat(results.get(0)).isNotEqualTo(results.get(1));
      assertThat(foo.renew()).isEqualTo(results.get(0));
    }
  }

  @Test
  void aNodeThatCannotBeProvenDeadIsNotFencedAsDead() {
    Node foo = node(opened(), "foo");
    Arbiter other = opened().arbiter();
    assertThat(other.provenDead(row(foo))).isFalse();
    assertThat(other.fenceDead(foo.epoch(), 0)).isFalse();
    assertThat(other.fenceDead(foo.epoch() + 1, 0)).isFalse();
    assertThat(row(foo).state()).isEqualTo(State.UP);
  }

  @Test
  void anEvictionMarksItsVictimsThatAreStillThere() {
    Database database = opened();
    Node foo = node(database, "foo");
    Node bar = node(database, "bar");
    Node baz = node(database, "baz");
    arbiter(bar).state(bar.epoch(), State.DRAINING);
    arbiter(baz).state(baz.epoch(), State.LEFT);
    assertThat(arbiter(foo).evict(Set.of(bar.epoch(), baz.epoch()), Set.of(foo.epoch())))
        .isTrue();
    assertThat(row(bar).state()).isEqualTo(State.EVICTING);
    assertThat(row(baz).state()).isEqualTo(State.LEFT);
    assertThat(row(foo).state()).isEqualTo(State.UP);
  }

  @Test
  void anEvictionForTheSakeOfOneThatDoesNotStayIsRefused() {
    Database database = opened();
    Node foo = node(database, "foo");
    Node bar = node(database, "bar");
    for (State state : List.of(State.EVICTING, State.FENCED)) {
      arbiter(foo).state(foo.epoch(), state);
      assertThat(arbiter(foo).evict(Set.of(bar.epoch()), Set.of(foo.epoch()))).isFalse();
      assertThat(row(bar).state()).isEqualTo(State.UP);
    }
  }

  @Test
  void ofTwoSidesThatEvictEachOtherOneStays() {
    for (int round = 0; round < 10; round++) {
      Node foo = node(opened(), "foo-" + round);
      Node bar = node(opened(), "bar-" + round);
      List<Boolean> evicted = race(
          2,
          i -> i == 0
              ? () -> arbiter(foo).evict(Set.of(bar.epoch()), Set.of(foo.epoch()))
              : () -> arbiter(bar).evict(Set.of(foo.epoch()), Set.of(bar.epoch())));
      assertThat(evicted).containsExactlyInAnyOrder(true, false);
      assertThat(List.of(row(foo).state(), row(bar).state()))
          .containsExactlyInAnyOrder(State.UP, State.EVICTING);
    }
  }

  @Test
  void aStateNeverGoesBack() {
    Node foo = node(opened(), "foo");
    List<State> states = List.of(State.values());
    for (int to = 0; to < states.size() - 1; to++) {
      arbiter(foo).state(foo.epoch(), states.get(to));
      assertThat(row(foo).state()).isEqualTo(states.get(to));
      for (int back = 0; back < to; back++) {
        arbiter(foo).state(foo.epoch(), states.get(back));
        assertThat(row(foo).state()).isEqualTo(states.get(to));
      }
    }
  }

  @Test
  void aFencedNodeStaysFenced() {
    Node foo = node(opened(), "foo");
    arbiter(foo).fence(foo.epoch(), 0, 0);
    for (State state : State.values()) {
      arbiter(foo).state(foo.epoch(), state);
      assertThat(row(foo).state()).isEqualTo(State.FENCED);
    }
  }

  @Test
  void aStateMayBeSkipped() {
    Database database = opened();
    for (State state : List.of(State.EVICTING, State.LEFT, State.FENCED)) {
      Node node = node(database, "node-" + state);
      database.arbiter().state(node.epoch(), state);
      assertThat(row(node).state()).isEqualTo(state);
    }
  }

  @Test
  void theNodesAreAllThatLiveAndTheLatestHundredThatDoNot() {
    Database database = opened();
    Node first = node(database, "first");
    for (int i = 0; i < 110; i++) {
      database.arbiter().state(node(database, "short").epoch(), State.LEFT);
    }
    arbiter(first).fence(first.epoch(), 0, 0);
    Node last = node(database, "last");
    List<NodeRow> nodes = database.arbiter().nodes();
    assertThat(nodes).extracting(NodeRow::epoch).contains(first.epoch(), last.epoch());
    assertThat(nodes).hasSizeGreaterThanOrEqualTo(101);
  }

  // Forming

  @Test
  void theFirstNodeFormsTheClusterAndAskingAgainChangesNothing() {
    Node foo = node(opened(), "foo");
    assertThat(arbiter(foo).form(foo.epoch())).isTrue();
    assertThat(arbiter(foo).formation()).isEqualTo(new Arbiter.Formation(1, foo.epoch()));
    assertThat(arbiter(foo).form(foo.epoch())).isTrue();
    assertThat(arbiter(foo).member(foo.epoch(), 1)).isTrue();
    assertThat(arbiter(foo).form(foo.epoch())).isTrue();
    assertThat(arbiter(foo).formation()).isEqualTo(new Arbiter.Formation(1, foo.epoch()));
    assertThat(row(foo).member()).isTrue();
  }

  @Test
  void nobodyFormsWhileTheFounderLives() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    arbiter(foo).form(foo.epoch());
    assertThat(arbiter(bar).form(bar.epoch())).isFalse();
    assertThat(arbiter(bar).formation().founder()).isEqualTo(foo.epoch());
  }

  @Test
  void nobodyFormsWhileAMemberLives() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    Node baz = node(opened(), "baz");
    arbiter(foo).form(foo.epoch());
    assertThat(arbiter(bar).member(bar.epoch(), 1)).isTrue();
    arbiter(foo).state(foo.epoch(), State.LEFT);
    assertThat(arbiter(baz).form(baz.epoch())).isFalse();
  }

  @Test
  void anotherFormsAnewWhenFounderAndMembersAreOver() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    arbiter(foo).form(foo.epoch());
    arbiter(foo).member(foo.epoch(), 1);
    arbiter(bar).fence(foo.epoch(), 0, 0);
    assertThat(arbiter(bar).form(bar.epoch())).isTrue();
    assertThat(arbiter(bar).formation()).isEqualTo(new Arbiter.Formation(2, bar.epoch()));
  }

  @Test
  void aLoneMemberThatFormsAnewIsNoMemberYet() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    arbiter(foo).form(foo.epoch());
    arbiter(bar).member(bar.epoch(), 1);
    arbiter(bar).fence(foo.epoch(), 0, 0);
    assertThat(arbiter(bar).form(bar.epoch())).isTrue();
    assertThat(row(bar).member()).isFalse();
  }

  @Test
  void aNodeThatIsOverCannotFormOrJoin() {
    Node foo = node(opened(), "foo");
    arbiter(foo).fence(foo.epoch(), 0, 0);
    assertThat(arbiter(foo).form(foo.epoch())).isFalse();
    assertThat(arbiter(foo).member(foo.epoch(), 0)).isFalse();
    Node bar = node(opened(), "bar");
    arbiter(bar).form(bar.epoch());
    arbiter(bar).fence(bar.epoch(), 0, 0);
    assertThat(arbiter(bar).form(bar.epoch())).isFalse();
    assertThat(arbiter(bar).member(bar.epoch(), 1)).isFalse();
  }

  @Test
  void aNodeCannotJoinAClusterThatIsNoMore() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    arbiter(foo).form(foo.epoch());
    arbiter(foo).state(foo.epoch(), State.LEFT);
    arbiter(bar).form(bar.epoch());
    assertThat(arbiter(bar).member(bar.epoch(), 1)).isFalse();
    assertThat(row(bar).member()).isFalse();
    assertThat(arbiter(bar).member(bar.epoch(), 2)).isTrue();
    assertThat(row(bar).member()).isTrue();
  }

  @Test
  void ofManyFormersOnlyOneWins() {
    List<Node> nodes =
        IntStream.range(0, 6).mapToObj(i -> node(opened(), "node-" + i)).toList();
    List<Boolean> formed =
        race(6, i -> () -> arbiter(nodes.get(i)).form(nodes.get(i).epoch()));
    assertThat(formed).containsOnlyOnce(true);
    assertThat(arbiter(nodes.get(0)).formation().incarnation()).isEqualTo(1);
  }

  @Test
  void joiningAndFormingAnewAtTheSameTimeNeverBothSucceed() {
    Database database = opened();
    for (int round = 0; round < 10; round++) {
      Node founder = node(database, "founder");
      Node joiner = node(opened(), "joiner");
      Node former = node(opened(), "former");
      assertThat(arbiter(founder).form(founder.epoch())).isTrue();
      long incarnation = arbiter(founder).formation().incarnation();
      arbiter(founder).state(founder.epoch(), State.LEFT);
      List<Boolean> results = race(
          2,
          i -> i == 0
              ? () -> arbiter(joiner).member(joiner.epoch(), incarnation)
              : () -> arbiter(former).form(former.epoch()));
      assertThat(results.get(0)).isNotEqualTo(results.get(1));
      arbiter(joiner).state(joiner.epoch(), State.LEFT);
      arbiter(former).state(former.epoch(), State.LEFT);
    }
  }
}
