package dev.holdfast.verify.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The program that {@code ./holdfast bench} runs. */
final class Bench {
  private static final int FAILED = 1;
  private static final int WRONG = 2;

  private Bench() {}

  /** The first word is the folder of the project; the others are those of the person. */
  public static void main(String[] args) {
    List<String> words = List.of(args).subList(1, args.length);
    if (words.contains("--help")) {
      System.out.printf(Options.HELP, Kind.labels(), Task.labels());
      return;
    }
    try {
      System.exit(run(Path.of(args[0]), Options.parse(words)));
    } catch (Options.Wrong e) {
      System.err.println("error: " + e.getMessage());
      System.exit(WRONG);
    } catch (IOException | RuntimeException e) {
      System.err.println("error: the benchmark came to no end: " + e);
      System.exit(FAILED);
    }
  }

  private static int run(Path root, Options options) throws IOException {
    Path folder = Files.createTempDirectory("holdfast-bench");
    boolean whole = false;
    try (Servers servers = Servers.start(folder, options.kinds().contains(Kind.REDIS))) {
      Machine machine = new Machine(servers.settings(), options.scale());
      Turns turns = new Turns(options, servers, root, folder);
      System.err.println(machine.text(options.repetitions()));
      try {
        for (int repetition = 1; repetition <= options.repetitions(); repetition++) {
          turns.take(repetition);
          if (options.write() && !turns.found().isEmpty()) {
            Section.write(root.resolve("docs/benchmarks.md"), text(machine, turns));
          }
        }
      } finally {
        System.out.println(text(machine, turns));
      }
      whole = !turns.failed();
    } finally {
      if (whole) {
        delete(folder);
      } else {
        System.err.println("The logs stay in " + folder);
      }
    }
    return whole ? 0 : FAILED;
  }

  private static String text(Machine machine, Turns turns) {
    String left =
        turns.complaints().stream().map(line -> "- " + line + "\n").reduce("", String::concat);
    return machine.text(turns.repetitions())
        + (left.isEmpty() ? "" : "\n" + left)
        + new Table(turns.found()).text();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
