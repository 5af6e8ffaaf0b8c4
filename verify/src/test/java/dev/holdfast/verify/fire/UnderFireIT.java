package dev.holdfast.verify.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.verify.Command;
import dev.holdfast.verify.ServerProcess;
import dev.holdfast.verify.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A selection of what {@code ./holdfast verify} can do. A failure says where history, logs and
 * report are, and the seed with which to try again.
 */
class UnderFireIT {
  private static final long SEED = 20_260_101;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private static final String NAMESPACE =
      "holdfast-it-" + ProcessHandle.current().pid();

  @BeforeAll
  static void mayCutLinks() {
    boolean alone = Command.succeeds("ip", "netns", "add", NAMESPACE)
        && Command.succeeds("ip", "-n", NAMESPACE, "link", "set", "lo", "up")
        && Command.succeeds("ip", "netns", "exec", NAMESPACE, "iptables", "-w", "-L");
    assumeTrue(alone, "skipped: to cut links needs root, ip, iptables and network namespaces");
  }

  @AfterAll
  static void endNamespace() {
    Command.succeeds("ip", "netns", "del", NAMESPACE);
  }

  @Test
  void everyGuaranteeHolds() throws IOException, InterruptedException {
    assertThat(run("--minutes", "5", "--seed", "" + SEED)).isZero();
  }

  @Test
  void everyGuaranteeHoldsOnTheEmbeddedDatabase() throws IOException, InterruptedException {
    assertThat(run("--minutes", "1", "--seed", "" + SEED, "--embedded")).isZero();
  }

  /** A rig that cannot fail proves nothing. */
  @ParameterizedTest
  @EnumSource(Mutant.class)
  void whatBreaksARuleIsFoundOut(Mutant mutant) throws IOException, InterruptedException {
    assertThat(run("--minutes", "5", "--seed", "" + SEED, "--without", mutant.text()))
        .as("that %s is found out, which ends the run at once", mutant.text())
        .isZero();
  }

  /** In a network namespace of its own; answers the exit code. */
  private int run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        "ip",
        "netns",
        "exec",
        NAMESPACE,
        ServerProcess.java(),
        "-Xmx2g",
        "-Dholdfast.namespace=true",
        "-Dlogback.configurationFile="
            + SourceTree.root().resolve("verify/src/test/fire/quiet.xml"),
        "-cp",
        System.getProperty("java.class.path"),
        UnderFire.class.getName(),
        "--folder",
        folder.toString()));
    command.addAll(List.of(options));
    Path said = folder.resolve("run.log");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
    boolean ended = process.waitFor(15, TimeUnit.MINUTES);
    System.out.println(Files.readString(said));
    assertThat(ended).isTrue();
    return process.exitValue();
  }
}
