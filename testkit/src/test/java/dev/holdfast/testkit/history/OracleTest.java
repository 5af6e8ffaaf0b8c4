package dev.holdfast.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.history.RandomHistory.Kind;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkers against a search through all orders, on small random histories. */
class OracleTest {
  private static final long SEED = 20_260_101;
  private static final Logger LOG = LoggerFactory.getLogger(OracleTest.class);

  /** How many histories were found to be what. */
  private static final class Counts {
    private int good;
    private int bad;
    private int overlooked;
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTER, true, 100000",
    "REGISTER_OF_FEW_VALUES, true, 40000",
    "VALUES, false, 100000",
    "LIST, true, 50000",
    "LIST, false, 30000",
    "COUNTER, true, 50000",
    "COUNTER, false, 30000"
  })
  void theVerdictIsThatOfTheSearch(Kind kind, boolean byRevisions, int histories) {
    Counts counts = compare(kind, byRevisions, histories);
    assertThat(counts.overlooked).isZero();
    assertThat(counts.good).isGreaterThan(histories / 2);
    assertThat(counts.bad).isGreaterThan(histories / 10);
  }

  @ParameterizedTest
  @CsvSource({"REGISTER_UNTOLD, 30000", "COUNTER_OF_AMOUNTS, 30000"})
  void whereTheCheckerMayOverlookAViolationItRarelyDoes(Kind kind, int histories) {
    Counts counts = compare(kind, true, histories);
    assertThat(counts.bad).isGreaterThan(histories / 10);
    assertThat(counts.overlooked).isLessThan(counts.bad / 25);
  }

  private static Counts compare(Kind kind, boolean byRevisions, int histories) {
    Counts counts = new Counts();
    for (int i = 0; i < histories; i++) {
      compare(kind, byRevisions, SEED + i, counts);
    }
    LOG.info(
        "{} {}: {} linearizable, {} not, of which {} overlooked",
        kind,
        byRevisions ? "by revisions" : "without revisions",
        counts.good,
        counts.bad,
        counts.overlooked);
    return counts;
  }

  private static void compare(Kind kind, boolean byRevisions, long seed, Counts counts) {
    RandomHistory history = new RandomHistory(kind, new Random(seed));
    HistoryChecker checker =
        byRevisions ? HistoryChecker.byRevisions() : HistoryChecker.withoutRevisions();
    Verdict verdict = checker.starting(key -> history.start()).judge(history.operations());
    if (Oracle.explains(history.start(), byRevisions, history.operations())) {
      counts.good++;
      assertThat(verdict.holds()).as(() -> told(seed, kind, history, verdict)).isTrue();
    } else {
      counts.bad++;
      counts.overlooked += verdict.holds() ? 1 : 0;
      boolean mayOverlook = kind == Kind.REGISTER_UNTOLD || kind == Kind.COUNTER_OF_AMOUNTS;
      assertThat(verdict.holds() && !mayOverlook)
          .as(() -> told(seed, kind, history, verdict))
          .isFalse();
    }
  }

  private static String told(long seed, Kind kind, RandomHistory history, Verdict verdict) {
    return "seed " + seed + ", " + kind + " from " + history.start() + ":\n"
        + text(history.operations()) + "\n" + verdict;
  }

  private static String text(List<Operation> operations) {
    return operations.stream()
        .map(operation ->
            operation.calledNanos() + " to " + operation.returnedNanos() + "  " + operation)
        .collect(Collectors.joining("\n"));
  }
}
