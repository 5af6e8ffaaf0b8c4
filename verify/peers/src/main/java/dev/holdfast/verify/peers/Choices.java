package dev.holdfast.verify.peers;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which entities are asked for, one after the other: a million numbers drawn beforehand. */
enum Choices {
  /** Each as likely. */
  UNIFORM {
    @Override
    int[] draw(int entities) {
      return new SplittableRandom(1).ints(DRAWN, 0, entities).toArray();
    }
  },

  /** Each as likely as its rank from the start to the power of -0.99, which is YCSB's default. */
  ZIPFIAN {
    @Override
    int[] draw(int entities) {
      double[] upTo = new double[entities];
      double sum = 0;
      for (int i = 0; i < entities; i++) {
        sum += Math.pow(i + 1, -0.99);
        upTo[i] = sum;
      }
      SplittableRandom random = new SplittableRandom(1);
      int[] drawn = new int[DRAWN];
      for (int i = 0; i < drawn.length; i++) {
        int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
        drawn[i] = Math.min(entities - 1, found < 0 ? -found - 1 : found);
      }
      return drawn;
    }
  };

  private static final int DRAWN = 1_000_000;

  abstract int[] draw(int entities);

  /** As it is named in results. */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
