package dev.holdfast.verify;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A shell's command in a terminal of its own, at which somebody types. Belongs to one thread. */
final class Typed implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  /**
   * Whoever runs the build in the background may have Ctrl-C ignored, and a child inherits that.
   */
  private static final List<String> HEEDING_SIGNALS = List.of("env", "--default-signal");

  private final Process process;
  private final Path screen;

  private Typed(Process process, Path screen) {
    this.process = process;
    this.screen = screen;
  }

  /** Starts it; empty where no program makes terminals. */
  static Optional<Typed> start(Path folder, Map<String, String> environment, String command)
      throws IOException {
    if (!Files.isExecutable(SCRIPT)) {
      return Optional.empty();
    }
    Path screen = folder.resolve("screen");
    List<String> whole = new ArrayList<>(HEEDING_SIGNALS);
    whole.addAll(List.of(SCRIPT.toString(), "-qefc", command, "/dev/null"));
    ProcessBuilder builder =
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(screen.toFile());
    builder.environment().putAll(environment);
    return Optional.of(new Typed(builder.start(), screen));
  }

  void type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /** All that was shown. */
  String screen() {
    try {
      return Files.readString(screen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitShown(String text) {
    await().atMost(PATIENCE).until(() -> screen().contains(text));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
