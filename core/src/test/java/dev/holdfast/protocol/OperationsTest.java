package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.OperationId.Made;
import dev.holdfast.protocol.Operations.Done;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static Done done(String id, int revision) {
    return new Done(id, revision, revision, "a" + revision);
  }

  private static Done made(int number) {
    return done(new Made(3, number).toString(), number);
  }

  private static String uuid(long millis) {
    return String.format("%08x-%04x-7000-8000-000000000000", millis >>> 16, millis & 0xffff);
  }

  private static Operations with(Done... all) {
    Operations operations = Operations.NONE;
    for (Done done : all) {
      operations = operations.plus(done);
    }
    return operations;
  }

  private static boolean covers(Operations operations, String id) {
    return operations.forgotten().covers(OperationId.parse(id));
  }

  @Test
  void theLatestAreKeptOldestFirstAndTheOthersMarked() {
    Operations operations = Operations.NONE;
    for (int i = 0; i < Operations.KEPT + 3; i++) {
      operations = operations.plus(made(i));
    }
    assertThat(operations.made()).hasSize(Operations.KEPT).startsWith(made(3)).endsWith(made(66));
    assertThat(operations.find("hf-3-2", Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(operations.find("hf-3-3", Long.MAX_VALUE, Long.MAX_VALUE)).contains(made(3));
    assertThat(covers(operations, "hf-3-2")).isTrue();
    assertThat(covers(operations, "hf-3-3")).isFalse();
    assertThat(covers(operations, "hf-4-1")).isFalse();
  }

  @Test
  void eachKindHasRoomOfItsOwn() {
    Operations operations = with(done("mine", 0), done(uuid(5), 1));
    for (int i = 2; i < 3 * Operations.KEPT; i++) {
      operations = operations.plus(made(i));
    }
    assertThat(operations.find("mine", Long.MAX_VALUE, Long.MAX_VALUE)).isPresent();
    assertThat(operations.find(uuid(5), Long.MAX_VALUE, Long.MAX_VALUE)).isPresent();
    assertThat(covers(operations, uuid(5))).isFalse();
    assertThat(operations.since(100)).extracting(Done::revision).isSorted().hasSize(64);
    assertThat(operations.all()).hasSize(Operations.KEPT + 2).startsWith(done("mine", 0));
  }

  @Test
  void eachIsPutAmongThoseOfItsKindInOrder() {
    List<Done> all = List.of(made(4), done("hf-01-2", 5), done(uuid(7), 6), made(2), done("op", 1));
    Operations operations = Operations.of(all, Forgotten.NONE);
    assertThat(operations.made()).containsExactly(made(4), made(2));
    assertThat(operations.timed()).containsExactly(done(uuid(7), 6));
    assertThat(operations.chosen()).containsExactly(done("hf-01-2", 5), done("op", 1));
  }

  @Test
  void aChosenIdIsForgottenWithoutATrace() {
    Operations operations = Operations.NONE;
    for (int i = 0; i <= Operations.KEPT; i++) {
      operations = operations.plus(done("op" + i, i));
    }
    assertThat(operations.find("op0", Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(operations.forgotten()).isEqualTo(Forgotten.NONE);
    assertThat(covers(operations, "op0")).isFalse();
  }

  @Test
  void ofIdsWithATimeTheEarliestIsForgottenSoThatAClockAheadRefusesNobody() {
    Operations operations = with(done(uuid(4_000_000_000_000L), 0));
    for (int i = 1; i <= 3 * Operations.KEPT; i++) {
      operations = operations.plus(done(uuid(1_000 + i), i));
    }
    assertThat(operations.timed()).hasSize(Operations.KEPT);
    assertThat(operations.find(uuid(4_000_000_000_000L), Long.MAX_VALUE, Long.MAX_VALUE))
        .isPresent();
    assertThat(covers(operations, uuid(1_100))).isTrue();
    assertThat(covers(operations, uuid(2_000))).isFalse();
  }

  @Test
  void theLatestOfAClockThatIsBehindAreKeptLongEnoughToBeFound() {
    Operations operations = Operations.NONE;
    for (int i = 0; i < Operations.KEPT; i++) {
      operations = operations.plus(done(uuid(9_000 + i), i));
    }
    for (int i = 0; i < Turns.COMBINED; i++) {
      operations = operations.plus(done(uuid(100 - i), 100 + i));
    }
    assertThat(operations.since(99)).hasSize(Turns.COMBINED);
    assertThat(Operations.LATEST).isGreaterThanOrEqualTo(Turns.COMBINED);
  }

  @Test
  void aLargeAnswerIsForgottenButNotTheOperation() {
    String limit = "x".repeat(Operations.LARGEST_ANSWER);
    Operations operations =
        with(new Done("fits", 1, 1, limit), new Done("large", 1, 2, limit + "x"));
    assertThat(operations
            .find("fits", Long.MAX_VALUE, Long.MAX_VALUE)
            .orElseThrow()
            .answer())
        .isEqualTo(limit);
    assertThat(operations.find("large", Long.MAX_VALUE, Long.MAX_VALUE))
        .contains(new Done("large", 1, 2, null));
  }

  @Test
  void thoseBeyondARevisionAreToldApart() {
    Operations operations = with(made(0), done("op1", 1), made(2));
    assertThat(operations.since(-1)).hasSize(3);
    assertThat(operations.since(1)).containsExactly(made(2));
    assertThat(operations.since(2)).isEmpty();
  }

  @Test
  void addingLeavesTheOldOnesAsTheyAre() {
    Operations one = with(made(1));
    Operations two = one.plus(made(2));
    assertThat(one.made()).isEqualTo(List.of(made(1)));
    assertThat(two.made()).isEqualTo(List.of(made(1), made(2)));
    assertThat(Operations.NONE.all()).isEmpty();
  }
}
