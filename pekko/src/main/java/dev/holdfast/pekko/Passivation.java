package dev.holdfast.pekko;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Has entities leave memory that were idle for too long, and the least recently used when there are
 * too many. Thread-safe.
 *
 * <p>Its clock is a number that moves when an entity comes and when {@link #sweep} runs, so that an
 * entity's use costs no look at the time. It may overflow: only differences count.
 */
final class Passivation {
  /** How many sweeps an entity must have been idle for. */
  static final int SWEEPS = 8;

  /** When there are too many, this part of the limit leaves together. */
  private static final int TOGETHER = 64;

  private final int limit;
  private final Residents residents;
  private final Executor executor;
  private final AtomicInteger clock = new AtomicInteger();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger leaving = new AtomicInteger();
  private final AtomicBoolean shrinking = new AtomicBoolean();

  /** What the clock said at the latest sweeps; confined to {@link #sweep}. */
  private final int[] swept = new int[SWEEPS];

  private long sweeps;

  /**
   * Nobody is here yet.
   *
   * @param limit how many may be here
   * @param executor looks at all of them, which may take a while
   */
  Passivation(int limit, Residents residents, Executor executor) {
    this.limit = limit;
    this.residents = residents;
    this.executor = executor;
  }

  void used(Resident resident) {
    resident.use(clock.get());
  }

  void came(Resident resident) {
    resident.use(clock.incrementAndGet());
    if (count.incrementAndGet() - leaving.get() > limit && shrinking.compareAndSet(false, true)) {
      executor.execute(this::shrink);
    }
  }

  /** It is about to leave; it may take its time. */
  void leaves() {
    leaving.incrementAndGet();
  }

  void went(Resident resident) {
    count.decrementAndGet();
    if (resident.isLeaving()) {
      leaving.decrementAndGet();
    }
  }

  private void shrink() {
    try {
      List<Resident> staying = staying();
      int tooMany = staying.size() - limit;
      if (tooMany > 0) {
        int[] leastUsed = leastUsed(staying);
        for (int i = 0; i < Math.min(staying.size(), tooMany + limit / TOGETHER); i++) {
          staying.get(leastUsed[i]).leave();
        }
      }
    } finally {
      shrinking.set(false);
    }
  }

  /** Where they stand in the list, the least recently used first. */
  private int[] leastUsed(List<Resident> staying) {
    int now = clock.get();
    return IntStream.range(0, staying.size())
        .mapToLong(i -> ((long) (staying.get(i).used() - now) << Integer.SIZE) | i)
        .sorted()
        .mapToInt(usedAndPlace -> (int) usedAndPlace)
        .toArray();
  }

  private List<Resident> staying() {
    List<Resident> staying = new ArrayList<>(count.get());
    residents.each(resident -> {
      if (!resident.isLeaving()) {
        staying.add(resident);
      }
    });
    return staying;
  }

  /** Has those leave that were not used during the last {@value #SWEEPS} sweeps. */
  synchronized void sweep() {
    int index = (int) (sweeps % SWEEPS);
    int since = swept[index];
    swept[index] = clock.incrementAndGet();
    sweeps++;
    if (sweeps > SWEEPS) {
      residents.each(resident -> {
        if (resident.used() - since < 0) {
          resident.leave();
        }
      });
    }
  }
}
