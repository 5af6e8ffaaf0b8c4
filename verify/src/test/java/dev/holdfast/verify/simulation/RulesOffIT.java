package dev.holdfast.verify.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.simulation.Simulation.Failure;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A simulation that finds nothing proves nothing, unless it finds what is known to be there. */
final class RulesOffIT {
  @Execution(ExecutionMode.CONCURRENT)
  @TestFactory
  Stream<DynamicTest> withoutARuleAPromiseBreaksUnlessAnotherRuleCovers() {
    return RulesOff.ALL.stream()
        .map(rules -> DynamicTest.dynamicTest(rules.name(), () -> {
          Failure failure = rules.firstFailure();
          System.out.println(rules.row(failure));
          if (rules.breaks()) {
            assertThat(failure)
                .as("a broken promise within %d seeds", RulesOff.LIMIT)
                .isNotNull();
          } else {
            assertThat(failure).as("a broken promise, though other rules cover").isNull();
          }
        }));
  }
}
