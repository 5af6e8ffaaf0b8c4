package dev.holdfast.server.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of a demo: its database, its configuration, and the two entities it begins with. */
record DemoFolder(Path path, boolean temporary) implements AutoCloseable {
  private static final String CONFIG = """
      # The nodes of the demo. They serve the example type, and create the entities in the folder
      # demo-entities if the database has none.
      include classpath("dev/holdfast/server/config/example-type.conf")
      types.entity.seed = demo-entities
      """;

  private static final String PREFIX = "holdfast-demo-";

  /** Makes the folder; if none is given a temporary one, after removing those left by the dead. */
  static DemoFolder open(@Nullable Path given) {
    Path place = given == null ? Path.of(System.getProperty("java.io.tmpdir")) : given;
    try {
      if (given == null) {
        removeLeftovers(place);
      }
      Path path = given == null
          ? Files.createTempDirectory(place, PREFIX)
          : Files.createDirectories(given.toAbsolutePath().normalize());
      DemoFolder folder = new DemoFolder(path, given == null);
      folder.fill();
      return folder;
    } catch (IOException e) {
      throw CommandFailure.cannotStart("cannot write to " + place + ": " + e);
    }
  }

  /** A demo that was killed could not remove its own folder. */
  static void removeLeftovers(Path place) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(place, PREFIX + "*")) {
      for (Path path : folders) {
        if (hasDeadOwner(path)) {
          new DemoFolder(path, true).close();
        }
      }
    }
  }

  private static boolean hasDeadOwner(Path path) {
    try {
      long pid = Long.parseLong(Files.readString(path.resolve("pid")).strip());
      return ProcessHandle.of(pid).isEmpty();
    } catch (IOException | NumberFormatException e) {
      return false; // just being made, not ours to read, or not of a demo
    }
  }

  private void fill() throws IOException {
    Files.writeString(path.resolve("pid"), ProcessHandle.current().pid() + "\n");
    Files.createDirectories(libraries());
    Path entities = Files.createDirectories(path.resolve("demo-entities"));
    for (String id : List.of("entity_1", "entity_2")) {
      Files.writeString(entities.resolve(id), "{\"state\":\"initialized\"}\n");
    }
    Files.writeString(config(), CONFIG);
  }

  /** Where nodes unpack the libraries that they load. */
  Path libraries() {
    return path.resolve("libraries");
  }

  Path config() {
    return path.resolve("demo.conf");
  }

  String database() {
    return "jdbc:sqlite:" + path.resolve("holdfast.db");
  }

  /** Removes the folder if it is temporary. */
  @Override
  public void close() {
    if (!temporary || !Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(DemoFolder::delete);
    } catch (IOException e) {
      // It is a temporary folder: the system removes what is left.
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // As above.
    }
  }
}
