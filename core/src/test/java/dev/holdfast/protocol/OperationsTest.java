package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Operations.Done;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static Done done(int number) {
    return new Done("op" + number, number, number, "a" + number);
  }

  @Test
  void theLatestAreKeptOldestFirst() {
    Operations operations = Operations.NONE;
    for (int i = 0; i < Operations.KEPT + 3; i++) {
      operations = operations.plus(List.of(done(i)));
    }
    assertThat(operations.recent()).hasSize(Operations.KEPT).startsWith(done(3)).endsWith(done(66));
    assertThat(operations.find("op2")).isEmpty();
    assertThat(operations.find("op3")).contains(done(3));
  }

  @Test
  void aLargeAnswerIsForgottenButNotTheOperation() {
    String limit = "x".repeat(Operations.LARGEST_ANSWER);
    Operations operations = Operations.NONE.plus(
        List.of(new Done("fits", 1, 1, limit), new Done("large", 1, 2, limit + "x")));
    assertThat(operations.find("fits").orElseThrow().answer()).isEqualTo(limit);
    assertThat(operations.find("large")).contains(new Done("large", 1, 2, null));
  }

  @Test
  void thoseBeyondARevisionAreToldApart() {
    Operations operations = Operations.NONE.plus(List.of(done(0), done(1), done(2)));
    assertThat(operations.since(-1)).hasSize(3);
    assertThat(operations.since(1)).containsExactly(done(2));
    assertThat(operations.since(2)).isEmpty();
  }

  @Test
  void addingLeavesTheOldOnesAsTheyAre() {
    Operations one = Operations.NONE.plus(List.of(done(1)));
    Operations two = one.plus(List.of(done(2)));
    assertThat(one.recent()).containsExactly(done(1));
    assertThat(two.recent()).containsExactly(done(1), done(2));
    assertThat(Operations.NONE.recent()).isEmpty();
  }
}
