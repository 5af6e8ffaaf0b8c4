package dev.holdfast.verify.fire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Told at once, and not after half an hour, when a source has changed under a mutant. */
class MutantTest {
  @ParameterizedTest
  @EnumSource(Mutant.class)
  void aMutantFitsTheSources(Mutant mutant) throws IOException {
    assertThat(mutant.mutated().isEmpty()).isEqualTo(mutant == Mutant.NO_OPERATION_IDS);
  }
}
