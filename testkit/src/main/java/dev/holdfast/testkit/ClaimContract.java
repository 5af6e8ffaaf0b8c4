package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.NodeRow.State;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Arbiter} must do about claims. Extend it, say how to connect, and run it with
 * JUnit.
 */
public abstract class ClaimContract extends DatabaseContract {
  /** Made by the test framework. */
  protected ClaimContract() {}

  private static Arbiter arbiter(Node node) {
    return node.database().arbiter();
  }

  @Test
  void aFreeClaimIsTaken() {
    Node foo = node(opened(), "foo");
    assertThat(arbiter(foo).claim(3, foo.epoch())).hasValue(1);
    assertThat(arbiter(foo).claim(3)).hasValue(new ClaimRow(3, foo.epoch(), 1, 0));
    assertThat(arbiter(foo).claims()).containsExactly(new ClaimRow(3, foo.epoch(), 1, 0));
  }

  @Test
  void anOwnerThatClaimsAgainRaisesItsToken() {
    Node foo = node(opened(), "foo");
    long first = foo.claim(3);
    assertThat(arbiter(foo).claim(3, foo.epoch())).hasValue(first + 1);
  }

  @Test
  void aTakeoverIsRefusedWhileTheOwnerLives() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    for (State state : List.of(State.UP, State.DRAINING, State.EVICTING)) {
      arbiter(foo).state(foo.epoch(), state);
      assertThat(arbiter(bar).claim(3, bar.epoch())).isEmpty();
    }
    assertThat(arbiter(bar).claim(3)).hasValue(new ClaimRow(3, foo.epoch(), token, bar.epoch()));
  }

  @Test
  void theClaimOfANodeThatIsOverCanBeTaken() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    Node baz = node(opened(), "baz");
    long first = foo.claim(3);
    arbiter(bar).fence(foo.epoch(), 0, 0);
    assertThat(arbiter(bar).claim(3, bar.epoch())).hasValue(first + 1);
    arbiter(bar).state(bar.epoch(), State.LEFT);
    assertThat(arbiter(baz).claim(3, baz.epoch())).hasValue(first + 2);
  }

  @Test
  void takingAClaimEndsAllWishesAndWhoStillWaitsWishesAnew() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    Node baz = node(opened(), "baz");
    long token = foo.claim(3);
    arbiter(bar).claim(3, bar.epoch());
    arbiter(foo).release(3, foo.epoch(), token);
    baz.claim(3);
    assertThat(arbiter(foo).claim(3).map(ClaimRow::wantedBy)).hasValue(0L);
    assertThat(arbiter(bar).claim(3, bar.epoch())).isEmpty();
    assertThat(arbiter(foo).claim(3).map(ClaimRow::wantedBy)).hasValue(bar.epoch());
    arbiter(foo).fence(baz.epoch(), 0, 0);
    bar.claim(3);
    assertThat(arbiter(foo).claim(3).map(ClaimRow::wantedBy)).hasValue(0L);
  }

  @Test
  void onlyANodeThatIsUpOrDrainingCanClaim() {
    Node foo = node(opened(), "foo");
    Arbiter arbiter = arbiter(foo);
    arbiter.state(foo.epoch(), State.DRAINING);
    assertThat(arbiter.claim(1, foo.epoch())).isPresent();
    for (State state : List.of(State.EVICTING, State.LEFT)) {
      arbiter.state(foo.epoch(), state);
      assertThat(arbiter.claim(1, foo.epoch())).isEmpty();
      assertThat(arbiter.claim(2, foo.epoch())).isEmpty();
      assertThat(arbiter.claim(2).map(ClaimRow::wantedBy)).hasValue(0L);
    }
    assertThat(arbiter.claim(2, foo.epoch() + 1)).isEmpty();
  }

  @Test
  void aShardThatDoesNotExistCannotBeClaimed() {
    Node foo = node(opened(), "foo");
    assertThat(arbiter(foo).claim(SHARDS, foo.epoch())).isEmpty();
  }

  @Test
  void ofManyClaimantsOnlyOneWinsAndTokensOnlyRise() {
    List<Node> nodes =
        IntStream.range(0, 5).mapToObj(i -> node(opened(), "node-" + i)).toList();
    long last = 0;
    for (int round = 0; round < 8; round++) {
      List<OptionalLong> tokens =
          race(5, i -> () -> arbiter(nodes.get(i)).claim(3, nodes.get(i).epoch()));
      assertThat(tokens.stream().filter(OptionalLong::isPresent)).hasSize(1);
      int winner = IntStream.range(0, 5)
          .filter(i -> tokens.get(i).isPresent())
          .findFirst()
          .orElseThrow();
      long token = tokens.get(winner).orElseThrow();
      assertThat(token).isGreaterThan(last);
      last = token;
      arbiter(nodes.get(winner)).release(3, nodes.get(winner).epoch(), token);
    }
  }

  @Test
  void aClaimAndTheRegistrationOfItsNewOwnerAreNotOverlooked() {
    // A claimant that waited for the row must not take it from a node it has not heard of yet.
    Database database = opened();
    for (int round = 0; round < 10; round++) {
      Node old = node(database, "old");
      old.claim(4);
      Node first = node(opened(), "first");
      database.arbiter().state(old.epoch(), State.LEFT);
      Callable<OptionalLong> known = () -> arbiter(first).claim(4, first.epoch());
      Callable<OptionalLong> unheardOf = () -> {
        Node second = node(database, "second");
        return arbiter(second).claim(4, second.epoch());
      };
      List<OptionalLong> tokens = race(2, i -> i == 0 ? known : unheardOf);
      assertThat(tokens.stream().filter(OptionalLong::isPresent)).hasSize(1);
      database.arbiter().nodes().stream()
          .filter(row -> row.state().live())
          .forEach(row -> database.arbiter().state(row.epoch(), State.LEFT));
    }
  }

  @Test
  void aBarrierRaisesTheTokenOfItsHolderOnly() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    assertThat(arbiter(bar).barrier(3, bar.epoch(), token)).isEmpty();
    assertThat(arbiter(foo).barrier(3, foo.epoch(), token - 1)).isEmpty();
    assertThat(arbiter(foo).barrier(3, foo.epoch(), token)).hasValue(token + 1);
    assertThat(arbiter(foo).barrier(3, foo.epoch(), token)).isEmpty();
    assertThat(arbiter(foo).claim(3)).hasValue(new ClaimRow(3, foo.epoch(), token + 1, 0));
  }

  @Test
  void aReleaseFreesTheClaimUnderThatTokenOnly() {
    Node foo = node(opened(), "foo");
    Node bar = node(opened(), "bar");
    long token = foo.claim(3);
    arbiter(foo).release(3, foo.epoch(), token - 1);
    arbiter(bar).release(3, bar.epoch(), token);
    assertThat(arbiter(foo).claim(3).map(ClaimRow::owner)).hasValue(foo.epoch());
    arbiter(foo).release(3, foo.epoch(), token);
    assertThat(arbiter(foo).claim(3)).hasValue(new ClaimRow(3, 0, token, 0));
    assertThat(arbiter(foo).claims()).containsExactly(new ClaimRow(3, 0, token, 0));
    assertThat(arbiter(bar).claim(3, bar.epoch())).hasValue(token + 1);
  }
}
