package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.ModelChecker.Finding;
import dev.holdfast.verify.ModelChecker.Model;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model of read copies, {@code src/test/tla/ReadCopies.tla}: all rules together keep every
 * promise, and each of them is needed. The tables in {@code docs/protocol.md} are what this finds.
 */
final class ReadCopiesModelIT {
  /** One change, one move of the claim and one copy: enough for most stories. */
  private static final Bounds ONE_COPY = new Bounds(2, 2, 2, 1);

  private static final Bounds TWO_QUESTIONS = new Bounds(2, 2, 1, 2);
  private static final Bounds CLAIM_RETURNS = new Bounds(2, 3, 2, 2);
  private static final Bounds THREE_RENEWALS = new Bounds(2, 2, 3, 1);
  private static final Bounds TWO_CHANGES = new Bounds(3, 2, 2, 1);
  private static final ModelTable TABLE = new ModelTable("table-of-copies.md");

  /** How far the model goes: see the constants of the same names in it. */
  record Bounds(int revisions, int tokens, int renewals, int fills) {
    private Model model() {
      return new Model(
          "ReadCopies",
          Map.of(
              "HighestRevision",
              revisions,
              "HighestToken",
              tokens,
              "Renewals",
              renewals,
              "Fills",
              fills));
    }
  }

  static Stream<Bounds> exhaustively() {
    return Stream.of(CLAIM_RETURNS, THREE_RENEWALS, TWO_CHANGES);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("exhaustively")
  void withAllRulesNoStateBreaksAPromise(Bounds bounds) {
    String name = "copies-%d-%d-%d-%d"
        .formatted(bounds.revisions(), bounds.tokens(), bounds.renewals(), bounds.fills());
    Finding found = ModelChecker.check(name, bounds.model(), Set.of(), Set.of(), 2);
    assertThat(found.violated())
        .as("with all rules kept. The way to that state is in %s", found.report())
        .isEmpty();
    TABLE.document("%d | %d | %d | %d | %s |"
        .formatted(
            bounds.revisions(),
            bounds.tokens(),
            bounds.renewals(),
            bounds.fills(),
            ModelTable.thousands(found.states())));
  }

  /** A rule that is switched off, and how far to look. */
  record Without(Bounds bounds, String rule) {
    @Override
    public String toString() {
      return rule;
    }
  }

  static Stream<Without> needed() {
    Stream<String> most = Stream.of(
        "BOUND",
        "PROOFWAIT",
        "LEFT",
        "RECORD",
        "BLOCKG",
        "NONCE",
        "VISIBLE",
        "REVRELOAD",
        "REVOKE",
        "CARRY",
        "CLOSED",
        "SESSION",
        "ORDER",
        "MARK");
    return Stream.concat(
        most.map(rule -> new Without(ONE_COPY, rule)),
        Stream.of("COVERS", "DROP").map(rule -> new Without(TWO_QUESTIONS, rule)));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("needed")
  void withoutTheRuleSomebodyReadsWhatIsTooOld(Without without) {
    Model model = without.bounds().model();
    String name = "copies-without-" + without;
    Finding found = ModelChecker.check(name, model, Set.of(without.rule()), Set.of(), 1);
    assertThat(found.violated())
        .as(
            "%s switched off, and nothing breaks in any of %s states: is the rule still in the"
                + " model? See %s",
            without, found.states(), found.report())
        .isNotEmpty();
    TABLE.document("%s | %s | %d | %s |"
        .formatted(without, found.violated(), found.steps(), ModelTable.thousands(found.states())));
  }

  @AfterAll
  static void tellTheTable() {
    TABLE.tell();
  }
}
