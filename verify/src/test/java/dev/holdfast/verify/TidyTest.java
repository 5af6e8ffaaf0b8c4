package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.verify.SourceTree.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The written style, as far as it can be read out of the sources of all modules. */
final class TidyTest {
  private static final int LONGEST_FILE = 500;
  private static final int LONGEST_METHOD = 70;
  private static final int LONGEST_LINE = 100;

  /** These talk to a person on a terminal; everybody else logs. */
  private static final List<String> PRINTING_PACKAGES =
      List.of("dev.holdfast.server", "dev.holdfast.example", "dev.holdfast.verify");

  private static final Pattern MAY_BE_LONG = Pattern.compile("^(import|package) .*|.*https?://.*");
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private static final List<Source> SOURCES = SourceTree.read();

  @Test
  void filesStayShort() {
    expectNone(
        "files over %d lines: split them by decision".formatted(LONGEST_FILE),
        source -> source.lines().size() <= LONGEST_FILE
            ? Stream.of()
            : Stream.of(source.at(LONGEST_FILE + 1, source.lines().size() + " lines")));
  }

  @Test
  void methodsStayShort() {
    expectNone(
        "methods over %d lines: take a step out and give it a name".formatted(LONGEST_METHOD),
        source -> source.methods().stream()
            .filter(method -> method.lines() > LONGEST_METHOD)
            .map(method ->
                source.at(method.firstLine(), method.name() + ", " + method.lines() + " lines")));
  }

  @Test
  void linesStayShort() {
    expectNone(
        "lines over %d columns: break them, or run mvn spotless:apply".formatted(LONGEST_LINE),
        source -> numbers(source)
            .filter(line -> source.line(line).length() > LONGEST_LINE)
            .filter(line -> !MAY_BE_LONG.matcher(source.line(line)).matches())
            .filter(line -> !source.isInTextBlock(line))
            .map(line -> source.at(line, source.line(line).length() + " columns")));
  }

  @Test
  void indentationIsMadeOfSpaces() {
    expectNone(
        "tabs: run mvn spotless:apply, or write \\t in a literal",
        source -> numbers(source)
            .filter(line -> source.line(line).indexOf('\t') >= 0)
            .map(line -> source.at(line, "a tab")));
  }

  @Test
  void nothingIsLeftUnfinished() {
    expectNone(
        "notes to self: do it now, or write an issue",
        source -> numbers(source)
            .filter(line -> UNFINISHED.matcher(source.line(line)).find())
            .map(line -> source.at(line, source.line(line).strip())));
  }

  @Test
  void testsDoNotSleep() {
    expectNone(
        "a sleep in a test: move a manual ticker on, or await the condition with Awaitility",
        source -> source.isTest() ? source.uses("Thread.sleep", "TimeUnit.*.sleep") : Stream.of());
  }

  @Test
  void onlyProgramsPrint() {
    expectNone(
        "printing: log with SLF4J, or throw; a terminal belongs to the server alone",
        source -> PRINTING_PACKAGES.stream().anyMatch(source.packageName()::startsWith)
            ? Stream.of()
            : source.uses("System.out", "System.err", "*.printStackTrace"));
  }

  @Test
  void publicTypesSayWhatTheyAre() {
    expectNone(
        "public types without Javadoc: write the one sentence that defines the thing",
        source -> source.undocumentedTypes().stream());
  }

  @Test
  void packagesAreDescribedAndNullMarked() {
    List<String> unmarked = SOURCES.stream()
        .filter(source -> !source.isTest())
        .map(source -> source.path().resolveSibling("package-info.java"))
        .distinct()
        .filter(info -> SOURCES.stream()
            .noneMatch(source -> source.path().equals(info) && isDescribedAndMarked(source)))
        .map(Path::toString)
        .toList();
    assertThat(unmarked)
        .as("packages to give a package-info.java with a sentence of Javadoc and @NullMarked")
        .isEmpty();
  }

  private static boolean isDescribedAndMarked(Source info) {
    String text = String.join("\n", info.lines());
    return text.startsWith("/**") && text.contains("\n@NullMarked\n");
  }

  private static Stream<Integer> numbers(Source source) {
    return IntStream.rangeClosed(1, source.lines().size()).boxed();
  }

  private static void expectNone(String rule, Function<Source, Stream<String>> breaches) {
    List<String> found = new ArrayList<>();
    SOURCES.forEach(source -> breaches.apply(source).forEach(found::add));
    assertThat(found).as(rule).isEmpty();
  }
}
