package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Entity;
import dev.holdfast.runtime.Copy.Session;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * The order in which {@link Copy#read} looks at session and mark, by real threads: it fails if the
 * two are exchanged.
 */
class CopyOrderTest {
  private static final long NOW = 1_000;
  private static final long LATER = 2_000;
  private static final int ROUNDS = 300_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A copy whose session has lapsed: a change of its entity may have been acknowledged since. */
  private static final class Lapsed {
    private final Session session = new Session(1, NOW);
    private final Copy copy = new Copy(new Entity<>("counter", "c", 0, 0, "foo"), session, 1, 1);
  }

  private volatile Lapsed present = new Lapsed();
  private volatile boolean over;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();

  private void read() {
    long mine = 0;
    while (!over) {
      if (present.copy.read(NOW) != null) {
        stale.incrementAndGet();
      }
      mine++;
      reads.set(mine);
    }
  }

  @Test
  void whoSeesTheSessionExtendedSeesWhatWasRevokedBefore() throws InterruptedException {
    Thread reader = new Thread(this::read, "reader");
    reader.start();
    long end = System.nanoTime() + MOST_NANOS;
    for (int i = 0; i < ROUNDS && System.nanoTime() - end < 0; i++) {
      Lapsed next = new Lapsed();
      present = next;
      for (int turns = i % 32; turns > 0; turns--) {
        Thread.onSpinWait();
      }
      next.copy.revoke();
      next.session.extend(LATER);
    }
    over = true;
    reader.join();
    assertThat(reads.get()).as("reads").isPositive();
    assertThat(stale.get()).as("reads of a value that had been changed").isZero();
  }
}
