package dev.holdfast.verify.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.peers.Clients.Result;
import dev.holdfast.verify.peers.Clients.Work;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PacedTest {
  private static final Work WORK =
      new Work(List.of("one"), new int[] {0}, (random, entity) -> 0, 1);

  private interface Change {
    CompletableFuture<?> begin();
  }

  private static Result run(Change change) {
    return Paced.changes(
        new Peer() {
          @Override
          public CompletableFuture<Long> get(int node, String id) {
            throw new AssertionError("nothing is read");
          }

          @Override
          public CompletableFuture<?> set(int node, String id, long value) {
            return change.begin();
          }

          @Override
          public void close() {}
        },
        WORK,
        1_000,
        0,
        TimeUnit.MILLISECONDS.toNanos(600));
  }

  /** With a client that waits for its answer only one call in all would have been late. */
  @Test
  void whatIsDueWhileThePeerStallsIsLateToo() {
    CompletableFuture<Long> stalled =
        new CompletableFuture<Long>().completeOnTimeout(0L, 400, TimeUnit.MILLISECONDS);
    Result result = run(() -> stalled);
    long late = result
        .sets()
        .getCountBetweenValues(TimeUnit.MILLISECONDS.toNanos(100), Clients.LONGEST_NANOS);
    assertThat(result.sets().getTotalCount()).isBetween(450L, 750L);
    assertThat(late).isGreaterThan(150);
  }

  @Test
  void aCallThatFailsIsCountedAndNotTimed() {
    AtomicInteger calls = new AtomicInteger();
    Result result = run(() -> {
      if (calls.getAndIncrement() % 2 == 0) {
        throw new IllegalStateException("refused");
      }
      return CompletableFuture.completedFuture(0L);
    });
    assertThat(result.failed()).isBetween(calls.get() / 2L, calls.get() / 2L + 1);
    assertThat(result.sets().getTotalCount()).isEqualTo(calls.get() - result.failed());
  }
}
