package dev.holdfast.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A million operations, most of them on one key, a few of unknown outcome. */
class LargeHistoryTest {
  private static final int OPERATIONS = 1_000_000;
  private static final int KEYS = 10;

  /** Ten clients: an operation begins each nanosecond, and takes up to ten. */
  private static List<Operation> operations(int size) {
    Random random = new Random(1);
    long[] revisions = new long[KEYS];
    String[] values = new String[KEYS];
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int key = random.nextInt(4) == 0 ? random.nextInt(KEYS) : 0;
      boolean write = values[key] == null || random.nextInt(3) == 0;
      if (write) {
        values[key] = "value " + i;
        revisions[key]++;
      }
      Asked asked = write ? Asked.write("value " + i) : Asked.read();
      Told told = random.nextInt(50) == 0
          ? new Told.Unknown("time is up")
          : new Told.Done(revisions[key] - 1, values[key]);
      operations.add(new Operation(
          "key" + key,
          "client" + i % 10,
          asked,
          i - random.nextInt(5),
          i + random.nextInt(5),
          told));
    }
    return operations;
  }

  @Test
  void aMillionOperationsAreJudgedInBothWays() {
    List<Operation> operations = operations(OPERATIONS);
    Verdict byRevisions = HistoryChecker.byRevisions().judge(operations);
    assertThat(byRevisions.violations()).isEmpty();
    assertThat(byRevisions.operations()).isEqualTo(OPERATIONS);
    assertThat(byRevisions.unknown()).isBetween(OPERATIONS / 60L, OPERATIONS / 40L);
    assertThat(HistoryChecker.withoutRevisions().judge(operations)).isEqualTo(byRevisions);
  }

  @Test
  void oneWrongAnswerAmongManyIsFound() {
    List<Operation> operations = operations(OPERATIONS / 10);
    int wrong = OPERATIONS / 20;
    Operation right = operations.get(wrong);
    Operation stale = new Operation(
        right.key(),
        right.client(),
        Asked.read(),
        right.calledNanos() + 1_000,
        right.returnedNanos() + 1_000,
        right.told());
    operations.add(stale);
    for (HistoryChecker checker :
        List.of(HistoryChecker.byRevisions(), HistoryChecker.withoutRevisions())) {
      assertThat(checker.judge(operations).violations())
          .singleElement()
          .satisfies(violation -> assertThat(violation.operations()).contains(stale));
    }
  }
}
