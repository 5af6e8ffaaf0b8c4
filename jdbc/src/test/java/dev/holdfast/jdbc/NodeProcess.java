package dev.holdfast.jdbc;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A node in a process of its own, to be killed: it registers, then does what it is told, and says
 * on its standard output what it did.
 */
final class NodeProcess implements AutoCloseable {
  static final Duration TTL = Duration.ofSeconds(3);

  /** Of the process itself: what its parent reads. */
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private final Process process;
  private final BufferedReader output;

  private NodeProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts one that does {@code task}: {@code idle}, {@code ask}, {@code write} or {@code block}.
   */
  static NodeProcess start(Path file, String task) throws IOException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            NodeProcess.class.getName(),
            file.toString(),
            task)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    return new NodeProcess(process);
  }

  /** The next line that it prints. */
  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the process has ended");
    }
    return line;
  }

  /** As {@code kill -9} does; what it printed can still be read, unlike after Process.destroy. */
  void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** The last line that it printed before it was killed. */
  String lastLine(String otherwise) throws IOException {
    String last = otherwise;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      last = line;
    }
    return last;
  }

  @Override
  public void close() {
    kill();
  }

  /** The process's side. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    try (Database database = new JdbcDatabaseProvider()
        .open(new Database.Settings("jdbc:sqlite:" + file, "", "", Duration.ofSeconds(3)))) {
      database.arbiter().open(16, 1);
      long epoch = database
          .arbiter()
          .register("uuid-of-child", "child", "engine://child", "", TTL)
          .orElseThrow();
      say(String.valueOf(epoch));
      switch (arguments[1]) {
        case "write" -> write(database, epoch);
        case "block" -> {
          FileTurn.at(file.toRealPath()).take();
          say("blocked");
        }
        case "ask" ->
          database
              .arbiter()
              .nodes()
              .forEach(row -> say(row.name() + " " + database.arbiter().provenDead(row)));
        default -> say("idle");
      }
      System.in.read(); // until the parent ends, however it does
    }
  }

  private static void write(Database database, long epoch) {
    long token = database.arbiter().claim(1, epoch).orElseThrow();
    EntityKey key = new EntityKey("order", "a");
    for (long revision = 0; !OUT.checkError(); revision++) {
      Store.Write write = new Store.Write(key, 1, token, revision - 1, revision, "1", "[]");
      say(database.store().write(epoch, List.of(write)).get(0) + " " + revision);
    }
  }

  private static void say(String line) {
    OUT.println(line);
  }
}
