package dev.holdfast.verify;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The article's application in {@code verify/peers/elixir}: its session, and what measures it. */
final class ElixirPeerIT {
  private static final Path PEER = SourceTree.root().resolve("verify/peers/elixir");
  private static final int MISSING = 3;
  private static final int WRONG = 2;

  @TempDir
  Path folder;

  private Path told() {
    return folder.resolve("told.txt");
  }

  private Path complaints() {
    return folder.resolve("complaints.txt");
  }

  private ProcessBuilder script(String name, String... arguments) {
    List<String> command = Stream.concat(
            Stream.of("bash", PEER.resolve(name).toString()), Stream.of(arguments))
        .toList();
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(told().toFile())
        .redirectError(complaints().toFile());
    builder.environment().put("TMPDIR", folder.toString());
    return builder;
  }

  /** Runs a script to its end; its exit code. */
  private static int run(ProcessBuilder script) throws IOException, InterruptedException {
    Process process = script.start();
    try {
      assertThat(process.waitFor(120, SECONDS)).as("it ends").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void assumeElixir() {
    assumeTrue(
        Command.succeeds("elixir", "--version") && Command.succeeds("setpriv", "--version"),
        "the article's application is not tested: there is no Elixir here;"
            + " apt-get install --no-install-recommends elixir");
  }

  @Test
  void itsSessionGoesWellOrNotByWhenTheNodesMeet() throws IOException, InterruptedException {
    assumeElixir();
    int code = run(script("check"));
    assertThat(code)
        .as(Files.readString(told()) + Files.readString(complaints()))
        .isZero();
    assertThat(Files.readString(told())).contains("9 tests, 0 failures");
  }

  @Test
  void measureTellsNothingButJsonAndLeavesNothing() throws IOException, InterruptedException {
    assumeElixir();
    int code = run(script("measure", "--brief", "--works", "get-own,set-own"));
    assertThat(code).as(Files.readString(complaints())).isZero();
    List<JsonNode> lines =
        Files.readAllLines(told()).stream().map(JsonMapper.shared()::readTree).toList();
    assertThat(lines)
        .extracting(line -> line.get("work").asString() + " " + line.get("concurrency"))
        .containsExactly(
            "get-own 1", "get-own 16", "get-own 256", "set-own 1", "set-own 16", "set-own 256");
    for (JsonNode line : lines) {
      assertThat(line.get("peer").asString()).isEqualTo("elixir-global");
      assertThat(line.get("entities").asInt()).isEqualTo(100);
      assertThat(line.get("repetition").asInt()).isEqualTo(1);
      assertThat(line.get("median_us").asDouble()).isPositive();
      assertThat(line.get("p99_us").asDouble())
          .isGreaterThanOrEqualTo(line.get("median_us").asDouble());
      assertThat(line.get("per_second").asDouble()).isPositive();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(told(), complaints());
    }
  }

  @Test
  void whatItStartedEndsWithIt() throws IOException {
    assumeElixir();
    Process measure = script("measure", "--brief", "--works", "get-own-bare")
        .redirectOutput(ProcessBuilder.Redirect.PIPE)
        .start();
    try (BufferedReader lines = measure.inputReader()) {
      assertThat(lines.readLine()).contains("get-own-bare");
      List<ProcessHandle> started = measure.descendants().toList();
      assertThat(started).as("epmd, the driver and two nodes").hasSizeGreaterThanOrEqualTo(4);
      measure.destroyForcibly();
      Awaitility.await()
          .atMost(20, SECONDS)
          .untilAsserted(() -> assertThat(started).noneMatch(ProcessHandle::isAlive));
    } finally {
      measure.destroyForcibly();
    }
  }

  @Test
  void aWrongOptionIsSaid() throws IOException, InterruptedException {
    assumeElixir();
    assertThat(run(script("measure", "--works", "get"))).isEqualTo(WRONG);
    assertThat(Files.readString(complaints()))
        .contains("error: there is no work \"get\"; there are get-own-bare, get-own,");
    assertThat(told()).isEmptyFile();
  }

  @Test
  void whereThereIsNoElixirItSaysHowToGetIt() throws IOException, InterruptedException {
    ProcessBuilder script = script("measure", "--brief")
        .command("/bin/bash", PEER.resolve("measure").toString(), "--brief");
    script.environment().put("PATH", folder.toString());
    assertThat(run(script)).isEqualTo(MISSING);
    assertThat(Files.readString(complaints()))
        .isEqualTo("error: elixir is missing. On Debian or Ubuntu:"
            + " apt-get install --no-install-recommends elixir\n");
  }
}
