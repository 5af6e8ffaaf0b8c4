package dev.holdfast.verify.bench;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link ReadsBenchmark} with one thread and with two, and prints one table. */
final class Reads {
  private Reads() {}

  static void run(boolean brief) throws RunnerException {
    System.out.println("| read | entities | threads | median | least | most | bytes allocated |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int threads = 1; threads <= 2; threads++) {
      var options = new OptionsBuilder()
          .include(ReadsBenchmark.class.getName())
          .threads(threads)
          .addProfiler(GCProfiler.class)
          .shouldFailOnError(true)
          .verbosity(VerboseMode.SILENT);
      if (brief) {
        options.warmupIterations(2).measurementIterations(3);
      }
      print(new Runner(options.build()).run(), threads);
    }
  }

  private static void print(Collection<RunResult> results, int threads) {
    for (RunResult result : results) {
      var times = result.getAggregatedResult().getPrimaryResult().getStatistics();
      Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
      String entities = result.getParams().getParam("entities");
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %d | %.1f ns | %.1f ns | %.1f ns | %.2f |%n",
          result.getPrimaryResult().getLabel(),
          entities == null ? "" : entities,
          threads,
          times.getPercentile(50),
          times.getMin(),
          times.getMax(),
          bytes == null ? Double.NaN : bytes.getScore());
    }
  }
}
