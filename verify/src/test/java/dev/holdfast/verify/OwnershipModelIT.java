package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.ModelChecker.Finding;
import dev.holdfast.verify.ModelChecker.Model;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model of ownership, {@code src/test/tla/EntityOwnership.tla}: all rules together keep every
 * promise, and each of them is needed. The tables in {@code docs/protocol.md} are what this finds.
 */
final class OwnershipModelIT {
  /** One change sent to one node or another, and two claims: enough for most stories. */
  private static final Bounds SMALL = new Bounds(2, 1, 0, false);

  private static final Bounds TWO_COPIES = new Bounds(1, 2, 0, false);
  private static final Bounds TWO_CHANGES = new Bounds(2, 1, 1, false);
  private static final Bounds THREE_CLAIMS = new Bounds(3, 1, 0, false);
  private static final Bounds THREE_CLAIMS_TWO_COPIES = new Bounds(3, 2, 0, false);
  private static final Bounds REFUSALS = new Bounds(1, 1, 2, true);

  /** Of the promises, all that somebody outside can see broken. */
  private static final Set<String> INNER = Set.of("OneNodeServes");

  private static final ModelTable TABLE = new ModelTable("table.md");

  /** How far the model goes: see the constants of the same names in it. */
  record Bounds(int tokens, int copiesOfPay, int copiesOfShip, boolean shipNeedsPay) {
    private Model model() {
      return new Model(
          "EntityOwnership",
          Map.of(
              "HighestToken",
              tokens,
              "CopiesOfPay",
              copiesOfPay,
              "CopiesOfShip",
              copiesOfShip,
              "ShipNeedsPay",
              String.valueOf(shipNeedsPay).toUpperCase(Locale.ROOT)));
    }
  }

  /** Rules that are switched off together, or the question that is asked, and how far to look. */
  record Without(Bounds bounds, List<String> rules) {
    static Without of(Bounds bounds, String... rules) {
      return new Without(bounds, List.of(rules));
    }

    Finding check() {
      Set<String> flipped = new TreeSet<>(rules);
      return ModelChecker.check(
          "without-" + String.join("-", rules), bounds.model(), flipped, INNER, 1);
    }

    @Override
    public String toString() {
      return String.join(" and ", rules);
    }
  }

  static Stream<Bounds> exhaustively() {
    return Stream.of(THREE_CLAIMS_TWO_COPIES, TWO_CHANGES, REFUSALS);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("exhaustively")
  void withAllRulesNoStateBreaksAPromise(Bounds bounds) {
    String name = "all-rules-%d-%d-%d"
        .formatted(bounds.tokens(), bounds.copiesOfPay(), bounds.copiesOfShip());
    Finding found = ModelChecker.check(name, bounds.model(), Set.of(), Set.of(), 2);
    assertThat(found.violated())
        .as("with all rules kept. The way to that state is in %s", found.report())
        .isEmpty();
    TABLE.document("%d | %d | %d | %s |"
        .formatted(
            bounds.tokens(),
            bounds.copiesOfPay(),
            bounds.copiesOfShip(),
            ModelTable.thousands(found.states())));
  }

  static Stream<Without> needed() {
    return Stream.of(
        Without.of(SMALL, "TOKEN"),
        Without.of(TWO_CHANGES, "CAS"),
        Without.of(SMALL, "TAKEOVER"),
        Without.of(SMALL, "LOADAFTER"),
        Without.of(SMALL, "BARRIER"),
        Without.of(TWO_COPIES, "ONCE"),
        Without.of(SMALL, "VISIBLE"),
        Without.of(SMALL, "EXPIRY"),
        Without.of(SMALL, "CHECKREAD"),
        Without.of(SMALL, "CHECKFIRST"),
        Without.of(THREE_CLAIMS, "SAMECLAIM"),
        Without.of(SMALL, "LEAVE"),
        Without.of(SMALL, "TOKEN", "DRAIN"),
        Without.of(TWO_CHANGES, "CAS", "WAITLOAD"),
        Without.of(THREE_CLAIMS_TWO_COPIES, "CHECKFOUND"),
        Without.of(TWO_COPIES, "ALLCOPIES"),
        Without.of(REFUSALS, "LASTWORD"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("needed")
  void withoutTheRuleSomebodySeesAPromiseBroken(Without without) {
    Finding found = without.check();
    assertThat(found.violated())
        .as(
            "%s switched off, and nothing breaks in any of %s states: is the rule still in the"
                + " model? See %s",
            without, found.states(), found.report())
        .isNotEmpty();
    TABLE.document("%s | %s | %d | %s |"
        .formatted(without, found.violated(), found.steps(), ModelTable.thousands(found.states())));
  }

  static Stream<Without> covered() {
    return Stream.of(Without.of(SMALL, "DRAIN"), Without.of(SMALL, "WAITLOAD"));
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest
  @MethodSource("covered")
  void aSecondBeltCanBeMissed(Without without) {
    Finding found = without.check();
    assertThat(found.violated())
        .as("%s switched off. The way to that state is in %s", without, found.report())
        .isEmpty();
    TABLE.document(
        "%s | none | | %s, all |".formatted(without, ModelTable.thousands(found.states())));
  }

  @AfterAll
  static void tellTheTable() {
    TABLE.tell();
  }
}
