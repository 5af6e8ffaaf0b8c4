package dev.holdfast.verify.simulation;

import static dev.holdfast.verify.simulation.Timeline.MICRO;
import static dev.holdfast.verify.simulation.Timeline.MILLI;
import static dev.holdfast.verify.simulation.Timeline.SECOND;

import java.util.SplittableRandom;

/**
 * How bad things are in one run. Each kind of trouble is there in some runs and missing in others,
 * since one kind can hide another.
 */
final class Weather {
  private final SplittableRandom random;
  private final boolean calm;
  private boolean fair;

  final double statementLate;
  final double replyLost;
  final double statementRefused;
  final double commitSlow;
  final double messageLost;
  final double messageDoubled;
  final double messageSlow;
  final double threadStalls;
  final double readStalls;
  final double copiesEvicted;

  /** How many of the reads are asked of a node that is near, whoever owns the entity. */
  final double readNearby;

  /** How often who has read something reads it again. */
  final double readAgain;

  /** Whether copies are said to be well used, so that there will be more. */
  final boolean copiesPraised;

  /** For how long after its end an owner remembers a session. */
  final long sessionsSilent;

  /** How many statements with writes a node has under way at a time. */
  final int writers;

  /** Mean time between troubles of a kind; 0 for never. */
  final long pauses;

  final long crashes;
  final long leaves;
  final long databaseRestarts;
  final long databaseOutages;
  final long cuts;
  final long splits;
  final long flickers;
  final long moves;
  final long doubleHosts;
  final long passivations;

  /** The weather of a run; {@code calm} if nothing fails and shards only move. */
  Weather(SplittableRandom random, boolean calm) {
    this.random = random;
    this.calm = calm;
    statementLate = failing(0.10);
    replyLost = failing(0.10);
    statementRefused = failing(0.15);
    commitSlow = sometimes(0.40);
    messageLost = sometimes(0.10);
    messageDoubled = sometimes(0.10);
    messageSlow = sometimes(0.10);
    threadStalls = sometimes(0.03);
    pauses = failing(5 * SECOND);
    crashes = failing(10 * SECOND);
    leaves = mean(10 * SECOND);
    databaseRestarts = failing(8 * SECOND);
    databaseOutages = failing(12 * SECOND);
    cuts = failing(6 * SECOND);
    moves = mean(3 * SECOND);
    doubleHosts = mean(6 * SECOND);
    passivations = mean(2 * SECOND);
    splits = failing(7 * SECOND);
    writers = 1 + random.nextInt(2);
    readStalls = sometimes(0.80);
    copiesEvicted = sometimes(0.90);
    readNearby = random.nextInt(4) == 0 ? 0 : random.nextDouble();
    readAgain = random.nextInt(3) == 0 ? 0 : 0.9 * random.nextDouble();
    copiesPraised = random.nextInt(3) != 0;
    sessionsSilent = (random.nextBoolean() ? 1 : 10) * SECOND;
    flickers = failing(3 * SECOND);
  }

  private double sometimes(double most) {
    return random.nextInt(3) == 0 ? 0 : most * random.nextDouble() * random.nextDouble();
  }

  private long mean(long usual) {
    return random.nextInt(3) == 0 ? 0 : (long) (usual * (0.4 + 1.6 * random.nextDouble()));
  }

  private double failing(double most) {
    double likelihood = sometimes(most);
    return calm ? 0 : likelihood;
  }

  private long failing(long usual) {
    long mean = mean(usual);
    return calm ? 0 : mean;
  }

  /** From now on nothing goes wrong. */
  void clear() {
    fair = true;
  }

  boolean fair() {
    return fair;
  }

  /** Whether trouble of that likelihood strikes now. */
  boolean strikes(double likelihood) {
    return !fair && likelihood > 0 && random.nextDouble() < likelihood;
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** From 0 to that. */
  long upTo(long nanos) {
    return random.nextLong(nanos + 1);
  }

  /** How long a message takes that is not delayed. */
  long hop() {
    return 50 * MICRO + upTo(MILLI);
  }

  /** A delay that is usually short and now and then very long. */
  long slow() {
    if (calm) {
      return upTo(SECOND);
    }
    return switch (random.nextInt(6)) {
      case 0, 1 -> upTo(20 * MILLI);
      case 2, 3 -> upTo(400 * MILLI);
      case 4 -> upTo(2 * SECOND);
      default -> upTo(9 * SECOND);
    };
  }

  /** When trouble of that mean interval comes next. */
  long next(long mean) {
    return (long) (-Math.log(1 - random.nextDouble()) * mean) + MILLI;
  }
}
