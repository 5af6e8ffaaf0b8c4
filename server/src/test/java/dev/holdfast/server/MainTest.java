package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the program says and exits with when a node cannot start. */
final class MainTest {
  @TempDir
  Path folder;

  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  private int run(String... arguments) {
    CommandLine commands = Main.commands();
    commands.setErr(new PrintWriter(err, true)).setOut(new PrintWriter(out, true));
    return commands.execute(arguments);
  }

  private String said() {
    assertThat(err.toString()).doesNotContain("\tat ").hasLineCount(1);
    return err.toString();
  }

  @Test
  void helpIsACommandToo() {
    assertThat(run("help")).isZero();
    assertThat(out.toString()).contains("Start with: holdfast demo");
    assertThat(run("help", "drain")).isZero();
    assertThat(out.toString()).contains("Usage: holdfast drain");
    assertThat(run("help", "drian")).isEqualTo(2);
  }

  @Test
  void anOptionOutOfRangeIsAUsageError() {
    assertThat(run("node", "--no-config", "--name", "foo", "--http-port", "99999"))
        .isEqualTo(2);
    assertThat(said()).contains("http.port is \"99999\"", "0 to 65535");
  }

  @Test
  void anUnknownOptionInTheFileIsAUsageErrorThatNamesTheNearest() throws IOException {
    Path file = Files.writeString(folder.resolve("holdfast.conf"), "http.prot = 1");

    assertThat(run("node", "--name", "foo", "--config", file.toString())).isEqualTo(2);
    assertThat(said()).contains("holdfast.conf: 1", "did you mean \"http.port\"?");
  }

  @Test
  void anyOptionMayBeSetAndAnUnknownOneIsRefused() {
    assertThat(run("node", "--no-config", "--name", "foo", "--set", "lease=5s")).isEqualTo(2);
    assertThat(said()).contains("unknown option \"lease\"");
  }

  @Test
  void aTakenPortIsAnErrorThatSaysWhatToDoAndMakesNoFolder() throws IOException {
    Path data = folder.resolve("data");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());

      assertThat(run(
              "node",
              "--no-config",
              "--name",
              "foo",
              "--data",
              data.toString(),
              "--http-port",
              port))
          .isEqualTo(1);
    }
    assertThat(said()).contains("is in use; choose another with --http-port");
    assertThat(data).doesNotExist();
  }

  @Test
  void aDatabaseOfAnUnknownKindIsAnErrorThatNamesTheKnownOnes() {
    assertThat(run(
            "node",
            "--no-config",
            "--name",
            "foo",
            "--database",
            "jdbc:oracle:x",
            "--http-port",
            "0"))
        .isEqualTo(1);
    assertThat(said()).contains("jdbc:oracle:x", "jdbc:postgresql:");
  }

  @Test
  void aFolderAndADatabaseAtOnceIsAUsageError() {
    assertThat(run("node", "--name", "foo", "--data", "d", "--database", "jdbc:sqlite:x"))
        .isEqualTo(2);
  }

  @Test
  void theVersionAndTheHelpAreOnStdout() {
    assertThat(run("--version")).isZero();
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("holdfast ", "Exit codes:", "demo", "node", "shell");
    assertThat(err.toString()).isEmpty();
  }
}
