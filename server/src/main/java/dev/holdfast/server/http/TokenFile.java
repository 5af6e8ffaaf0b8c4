package dev.holdfast.server.http;

import dev.holdfast.NotDone;
import dev.holdfast.runtime.Reread;
import dev.holdfast.spi.Ticker;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The access tokens of a server, in a file that is {@link Reread read anew} when it changes.
 * Thread-safe.
 */
final class TokenFile {
  private static final Duration CHECK = Duration.ofSeconds(1);
  private static final int MOST = 1_000;
  private static final long LARGEST = 1024 * 1024;

  private final Path file;
  private final Reread<List<Token>> tokens;

  /**
   * Reads the file.
   *
   * @throws NotDone.CannotStart naming the line that is wrong
   */
  TokenFile(Path file, Ticker ticker) {
    this.file = file;
    this.tokens = new Reread<>(List.of(file), CHECK, ticker, this::load);
  }

  /** The token with that text; null if there is none. */
  @Nullable Token find(String text) {
    byte[] hash = Token.sha256(text);
    Token found = null;
    for (Token token : tokens.value()) {
      found = token.hasHash(hash) ? token : found;
    }
    return found;
  }

  private List<Token> load() {
    List<Token> found = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : lines()) {
      number++;
      if (line.isBlank() || line.strip().startsWith("#")) {
        continue;
      }
      Token token = Token.parse(line).orElse(null);
      if (token == null) {
        throw problem(", line " + number + ": it must be NAME SCOPES sha256:HASH, as holdfast token"
            + " create prints it; scopes are read, write and admin, with commas");
      }
      if (!names.add(token.name()) || found.size() == MOST) {
        throw problem(
            ", line " + number + ": each name may be there once, and " + MOST + " tokens in all");
      }
      found.add(token);
    }
    return List.copyOf(found);
  }

  private List<String> lines() {
    try {
      if (Files.size(file) > LARGEST) {
        throw problem(": it is larger than 1 MiB");
      }
      return Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw problem(": it is no text in UTF-8");
    } catch (IOException e) {
      throw problem(": it cannot be read");
    }
  }

  private NotDone.CannotStart problem(String what) {
    return new NotDone.CannotStart("cannot use the access tokens in " + file + what);
  }
}
