package dev.holdfast.jdbc;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.DatabaseException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Opens an SQLite file for the first time: makes its folder, makes the tables or checks them, and
 * says in one sentence what is wrong and what to do.
 */
final class SqliteOpening {
  private static final String COLUMNS = """
      SELECT s.name AS tbl, c.name AS col
      FROM sqlite_schema s JOIN pragma_table_info(s.name) c
      WHERE s.type IN ('table', 'view') AND s.name LIKE 'holdfast\\_%' ESCAPE '\\'
      """;

  private final SqliteSessions sessions;
  private final SqliteFile file;
  private final boolean makesTables;
  private volatile String version = "";

  SqliteOpening(SqliteSessions sessions, SqliteFile file, boolean makesTables) {
    this.sessions = sessions;
    this.file = file;
    this.makesTables = makesTables;
  }

  String describe() {
    return "SQLite " + version + (version.isEmpty() ? "file " : ", ") + file.name();
  }

  /** Returns the database's path, after which every process must name its other files. */
  Path open(int shards, int hashVersion) {
    Path database = locate();
    try {
      sessions.start(database);
      version = sessions.opening(connection -> prepare(connection, shards, hashVersion));
      return database;
    } catch (DatabaseException e) {
      throw new CannotStart(explain(e));
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  /** Makes the folder, and gives links in the path their targets. */
  private Path locate() {
    Path path = file.path().toAbsolutePath();
    Path folder = path.getParent();
    if (folder == null || Files.isDirectory(path)) {
      throw new CannotStart(file.name() + " is a folder, and must be a file in one.");
    }
    try {
      if (!makesTables && !Files.exists(path)) {
        throw new CannotStart("There is no SQLite file " + file.name()
            + ". The first node makes it, or: holdfast schema create.");
      }
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw new AccessDeniedException(folder.toString());
      }
      return Files.exists(path)
          ? path.toRealPath()
          : folder.toRealPath().resolve(path.getFileName());
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private String prepare(Connection connection, int shards, int hashVersion) throws SQLException {
    if (!text(connection, "PRAGMA journal_mode").equals("wal")) {
      throw new CannotStart(("SQLite cannot keep a write-ahead log beside %s. Put the file on a "
              + "local disk, not on a network file system.")
          .formatted(file.name()));
    }
    Map<String, Set<String>> columns = new TreeMap<>();
    Sql.list(
        connection,
        COLUMNS,
        result -> columns
            .computeIfAbsent(result.getString("tbl"), table -> new TreeSet<>())
            .add(result.getString("col")));
    new Layout(Ddl.SQLITE, "The SQLite file " + file.name(), makesTables)
        .prepare(connection, columns, shards, hashVersion);
    return text(connection, "SELECT sqlite_version()");
  }

  private static String text(Connection connection, String query) throws SQLException {
    return Sql.list(connection, query, result -> result.getString(1)).get(0);
  }

  private CannotStart notWritable(IOException e) {
    String why = "it cannot be made or written: " + e.getMessage();
    if (e instanceof AccessDeniedException) {
      why = "this process may not write there";
    } else if (e instanceof FileAlreadyExistsException) {
      why = e.getMessage() + " is a file";
    }
    return new CannotStart("The folder of the SQLite file %s cannot be used: %s. Choose another."
        .formatted(file.name(), why));
  }

  private String explain(DatabaseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return switch (SqliteFile.code(cause)) {
      case 26 ->
        "%s is not an SQLite database, but some other file. Choose another name."
            .formatted(file.name());
      case 11 ->
        ("The SQLite file %s is damaged. Restore it from a backup, or recover what can be "
                + "with the sqlite3 program's .recover.")
            .formatted(file.name());
      case 3, 8, 14 ->
        ("The SQLite file %s cannot be opened for writing. Check the rights on it, "
                + "on its folder, and on the files beside it that begin with the same name.")
            .formatted(file.name());
      case 5, 6 ->
        "Another program keeps the SQLite file %s locked. Close it, and try again."
            .formatted(file.name());
      case 10, 13 ->
        "The SQLite file %s cannot be written. Is the disk full?".formatted(file.name());
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
