package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that show an access token, and the command that makes one. */
final class CredentialsTest {
  private static final String TOKEN = "holdfast_abc";

  @TempDir
  Path folder;

  private final FakeServer server = new FakeServer("foo");

  @AfterEach
  void stop() {
    server.close();
  }

  private String shown() {
    return server.seen.get(server.seen.size() - 1).headers().getOrDefault("Authorization", "");
  }

  private Map<String, String> environment(String name, String value) {
    return Map.of("HOLDFAST_CONNECT", server.uri().toString(), name, value);
  }

  @Test
  void theTokenOfTheEnvironmentOrAFileIsShownToTheServer() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");

    assertThat(Cli.run(environment("HOLDFAST_TOKEN", TOKEN), "nodes").code()).isZero();
    assertThat(shown()).isEqualTo("Bearer " + TOKEN);
    assertThat(Cli.run(environment("HOLDFAST_TOKEN_FILE", file.toString()), "nodes")
            .code())
        .isZero();
    assertThat(shown()).isEqualTo("Bearer " + TOKEN);
    assertThat(Cli.run(server, "nodes", "--token-file", file.toString()).code()).isZero();
    assertThat(shown()).isEqualTo("Bearer " + TOKEN);
    assertThat(Cli.run(server, "nodes").code()).isZero();
    assertThat(shown()).isEmpty();
  }

  @Test
  void aTokenIsNeverSentInTheClearToAnotherMachine() {
    Cli.Ran ran = Cli.run(
        Map.of("HOLDFAST_CONNECT", "http://db.example:8080", "HOLDFAST_TOKEN", TOKEN), "nodes");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("use https").doesNotContain(TOKEN);
  }

  @Test
  void aFileWithoutATokenIsAUsageError() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "two words");

    assertThat(Cli.run(server, "nodes", "--token-file", file.toString()).code()).isEqualTo(2);
    assertThat(Cli.run(server, "nodes", "--token-file", "nowhere").code()).isEqualTo(2);
    assertThat(Cli.run(server, "nodes", "--ca", file.toString()).code()).isEqualTo(2);
  }

  @Test
  void whoNeedsATokenIsToldHowToGiveIt() {
    server.failing(401, "unauthenticated", "not-done");
    Cli.Ran ran = Cli.run(server, "get", "entity_1");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("HOLDFAST_TOKEN", "--token-file");
  }

  @Test
  void aNewTokenIsPrintedWithTheLineForTheServer() {
    Cli.Ran ran =
        Cli.run(Map.of(), "token", "create", "--name", "ci", "--scopes", "write,read", "--json");

    assertThat(ran.code()).isZero();
    assertThat(ran.json().at("/token").asString()).matches("holdfast_[A-Za-z0-9_-]{43}");
    assertThat(ran.json().at("/line").asString()).matches("ci read,write sha256:[0-9a-f]{64}");
    assertThat(Cli.run(Map.of(), "token", "create", "--name", "ci").out())
        .matches("(?s)token +holdfast_.*line +ci read sha256:.*");
    assertThat(Cli.run(Map.of(), "token", "create", "--name", "ci", "--scopes", "all")
            .code())
        .isEqualTo(2);
    assertThat(Cli.run(Map.of(), "token", "create", "--name", "a b").code()).isEqualTo(2);
  }
}
