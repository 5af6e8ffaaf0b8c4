package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenFileTest {
  private static final String TEXT = Token.random();
  private static final Token TOKEN = Token.of("ci", Set.of(Scope.READ, Scope.WRITE), TEXT);

  @TempDir
  Path folder;

  private final AtomicLong nanos = new AtomicLong();

  private Path write(String... lines) throws IOException {
    return Files.writeString(folder.resolve("tokens"), String.join("\n", lines));
  }

  private TokenFile read(Path file) {
    return new TokenFile(file, nanos::get);
  }

  @Test
  void aTokenIsFoundByItsTextAlone() throws IOException {
    TokenFile tokens = read(write("# ours", "", TOKEN.line()));

    Token found = Objects.requireNonNull(tokens.find(TEXT));
    assertThat(found.allows(Scope.WRITE)).isTrue();
    assertThat(found.allows(Scope.ADMIN)).isFalse();
    assertThat(tokens.find(TEXT + "x")).isNull();
    assertThat(tokens.find("")).isNull();
    assertThat(tokens.find(TOKEN.line().replaceFirst(".*sha256:", ""))).isNull();
  }

  @Test
  void aTokenThatIsTakenOutIsNoneASecondLater() throws IOException {
    TokenFile tokens = read(write(TOKEN.line()));
    write("# nobody");

    assertThat(tokens.find(TEXT)).isNotNull();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(tokens.find(TEXT)).isNull();
  }

  @Test
  void aFileThatBecomesUnreadableLeavesTheOldTokensGood() throws IOException {
    Path file = write(TOKEN.line());
    TokenFile tokens = read(file);
    write("nonsense");
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(tokens.find(TEXT)).isNotNull();
    Files.delete(file);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(tokens.find(TEXT)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ci", "ci read", "ci read sha256:12", "ci all sha256:HASH", "ci read HASH"})
  void aLineThatIsNoTokenIsNamed(String line) throws IOException {
    Path file = write("", line.replace("HASH", "0".repeat(64)));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("line 2: it must be NAME SCOPES sha256:HASH");
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() throws IOException {
    Path file = write(TOKEN.line(), TOKEN.line());

    assertThatThrownBy(() -> read(file))
        .hasMessageContaining("line 2: each name may be there once");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> read(folder.resolve("nowhere")))
        .isInstanceOf(NotDone.CannotStart.class)
        .hasMessageContaining("nowhere: it cannot be read");
  }

  @Test
  void nothingThatIsPrintedTellsATokenOrItsHash() {
    assertThat(TOKEN.toString()).isEqualTo("Token[ci, read,write, ***]");
    assertThat(TOKEN.line()).doesNotContain(TEXT);
    assertThat(TEXT.substring("holdfast_".length())).hasSize(43); // 256 bits
  }
}
