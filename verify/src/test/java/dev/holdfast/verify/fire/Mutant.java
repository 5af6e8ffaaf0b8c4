package dev.holdfast.verify.fire;

import dev.holdfast.verify.ServerProcess;
import dev.holdfast.verify.SourceTree;
import dev.holdfast.verify.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A product with a rule switched off, which must be found out. It is made from the sources as they
 * are, by replacing a piece of one of them; so one that does not fit them any more is an error.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are made by List.of
enum Mutant {
  /** Writes that the database takes from whoever sends them, over whatever is there. */
  NO_TOKEN(
      "jdbc/src/main/java/dev/holdfast/jdbc/PostgresStore.java",
      List.of(
          new Change("SELECT c.shard, c.token\n", "SELECT c.shard, wanted.token\n"),
          new Change(
              "JOIN holdfast_claim c ON c.shard = wanted.shard AND c.token = wanted.token\n"
                  + "        WHERE c.owner = ?\n          AND (SELECT state",
              "JOIN holdfast_claim c ON c.shard = wanted.shard\n"
                  + "        WHERE (c.owner = ? OR true)\n          OR (SELECT state"),
          new Change("AND e.revision = change.expected\n", "\n")),
      List.of(Fault.CUT_FROM_DATABASE, Fault.FREEZE)),

  /** An owner that answers from memory whether it holds its lease or not. */
  NO_LEASE_CHECK(
      "core/src/main/java/dev/holdfast/runtime/LeaseGuard.java",
      List.of(
          new Change("return lease.valid(ticker.nanos());", "return true;"),
          new Change("return lease.valid(nowNanos);", "return true;")),
      List.of(Fault.ISOLATE)),

  /** An owner that changes an entity of which others have copies without a word to them. */
  NO_REVOCATION(
      "core/src/main/java/dev/holdfast/runtime/EntityWorker.java",
      List.of(new Change("node.granting().revoke(key, this::revoked);", "revoked(0, 0);")),
      List.of(Fault.STOP)),

  /** Clients that send a change whose outcome is unknown again as if it were a new one. */
  NO_OPERATION_IDS("", List.of(), List.of(Fault.CUT_ALL_FROM_DATABASE, Fault.FREEZE_DATABASE));

  /** A piece of a source, and what takes its place. */
  record Change(String piece, String other) {}

  private final String source;
  private final List<Change> changes;
  private final List<Fault> faults;

  Mutant(String source, List<Change> changes, List<Fault> faults) {
    this.source = source;
    this.changes = changes;
    this.faults = faults;
  }

  /** Faults under which it should show soon. */
  List<Fault> faults() {
    return faults;
  }

  /** How clients behave that use it. */
  Clients.Habit habit() {
    return this == NO_OPERATION_IDS ? Clients.Habit.NEW_OPERATION : Clients.Habit.SAME_OPERATION;
  }

  String text() {
    return Words.of(this);
  }

  /** Compiles it; answers the folder of its classes, which is empty if the product is unchanged. */
  Path compile(Path folder) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("mutant"));
    if (source.isEmpty()) {
      return classes;
    }
    Path mutated = folder.resolve(Path.of(source).getFileName());
    Files.writeString(mutated, mutated());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-d", classes.toString(), "-cp", libraries(), "-proc:none", "-nowarn");
      boolean done = compiler
          .getTask(null, files, null, options, null, files.getJavaFileObjects(mutated))
          .call();
      if (!done) {
        throw new IllegalStateException("the mutant " + text() + " does not compile");
      }
    }
    return classes;
  }

  /** Its source; empty if the product is unchanged. */
  String mutated() throws IOException {
    String text = source.isEmpty() ? "" : Files.readString(SourceTree.root().resolve(source));
    for (Change change : changes) {
      if (!text.contains(change.piece)) {
        throw new IllegalStateException(
            "the mutant " + text() + " does not fit " + source + " any more: no " + change.piece);
      }
      text = text.replace(change.piece, change.other);
    }
    return text;
  }

  private static String libraries() throws IOException {
    Path jar = ServerProcess.jar();
    try (Stream<Path> libraries = Files.list(jar.resolveSibling("lib"))) {
      return Stream.concat(Stream.of(jar), libraries)
          .map(Path::toString)
          .collect(Collectors.joining(":"));
    }
  }
}
