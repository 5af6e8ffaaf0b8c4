package dev.holdfast.verify.bench;

import java.nio.file.Path;
import java.util.List;

/** Runs one of the benchmarks. {@code verify/bench --help} says which there are. */
final class Bench {
  private Bench() {}

  /** Prints tables. */
  public static void main(String[] args) throws Exception {
    boolean brief = List.of(args).contains("--brief");
    switch (args[0]) {
      case "reads" -> Reads.run(brief);
      case "copies" -> CopyBench.run(brief);
      case "watch" -> WatchBench.run(brief);
      case "policy" -> PolicyBench.run(brief, Path.of("docs/images/grant-policy.svg"));
      case "policy-mode" -> PolicyBench.runMode(args[1], brief);
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.exit(0); // the engine leaves threads behind that wait for a while
  }
}
