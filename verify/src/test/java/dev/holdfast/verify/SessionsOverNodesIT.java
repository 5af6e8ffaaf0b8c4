package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.SessionsOverNodes.Result;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** See {@link SessionsOverNodes}, which can also run for as long as wanted. */
class SessionsOverNodesIT {
  @Test
  void whoeverWritesOnOneNodeReadsItOnEveryOther() throws InterruptedException {
    Result result = new SessionsOverNodes(1, 3).run(Duration.ofSeconds(30));
    System.out.println(result);
    assertThat(result.wrong()).isEmpty();
    assertThat(result.copies()).as("reads from copies: %s", result).isGreaterThan(1_000);
    assertThat(result.moves()).isPositive();
  }
}
