package dev.holdfast.verify.peers;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Whether the JVM still compiles what it runs. Much code runs for one change, and as long as two
 * processors also compile it, which takes a minute for some peers, that is what is measured. Used
 * by one thread.
 */
final class Compiling {
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final long LOOKED_AT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Of the time of one processor. */
  private static final double LITTLE = 0.1;

  private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
  private final long begunNanos = System.nanoTime();
  private long lookedNanos = begunNanos;
  private long compiledMillis = compiler.getTotalCompilationTime();
  private boolean over;

  /** To be asked about once a second, while that runs which is to be compiled. */
  boolean goesOn() {
    long now = System.nanoTime();
    if (now - lookedNanos >= LOOKED_AT_NANOS) {
      long compiled = compiler.getTotalCompilationTime();
      double share = (compiled - compiledMillis) * 1e6 / (now - lookedNanos);
      over = share < LITTLE && now - begunNanos >= LEAST_NANOS;
      lookedNanos = now;
      compiledMillis = compiled;
    }
    return !over && now - begunNanos < MOST_NANOS;
  }
}
