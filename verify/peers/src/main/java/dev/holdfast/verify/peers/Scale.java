package dev.holdfast.verify.peers;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How long and how much is measured. */
enum Scale {
  /** A first impression. */
  BRIEF(500, 1_500, 10_000, 20_000),
  USUAL(2_000, 4_000, 100_000, 100_000),
  /** With a million entities, and with one, three and four nodes, too. */
  LONG(2_000, 4_000, 100_000, 1_000_000);

  /** So few entities that all of them are always in every cache. */
  static final int FEW = 1_000;

  private final long warmMillis;
  private final long countedMillis;
  private final int many;
  private final int remembered;

  Scale(long warmMillis, long countedMillis, int many, int remembered) {
    this.warmMillis = warmMillis;
    this.countedMillis = countedMillis;
    this.many = many;
    this.remembered = remembered;
  }

  long warmNanos() {
    return TimeUnit.MILLISECONDS.toNanos(warmMillis);
  }

  long countedNanos() {
    return TimeUnit.MILLISECONDS.toNanos(countedMillis);
  }

  /** For how long entities are changed whose memory is measured then. */
  long changedNanos() {
    return 15 * countedNanos();
  }

  /** Entities that there are when times are measured. */
  int many() {
    return many;
  }

  /** Entities that there are when memory is measured. */
  int remembered() {
    return remembered;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
