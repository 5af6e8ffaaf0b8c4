package dev.holdfast.verify;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A copy of a running PostgreSQL's data that follows it when it is started: what
 * {@code pg_basebackup} makes, which is not among the binaries that tests have.
 */
final class StandbyFolder extends SimpleFileVisitor<Path> {
  /** What belongs to the process or is fetched by the standby itself. */
  private static final Set<String> EMPTY = Set.of("pg_wal", "pg_replslot", "pg_stat_tmp");

  private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

  private final Path from;
  private final Path to;

  private StandbyFolder(Path from, Path to) {
    this.from = from;
    this.to = to;
  }

  static void make(PostgresServer primary, Path from, Path to) throws IOException {
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      Files.walkFileTree(from, new StandbyFolder(from, to));
      try (ResultSet end = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        end.next();
        Files.writeString(to.resolve("backup_label"), end.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(to.resolve("standby.signal"), "");
    Files.writeString(
        to.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=" + primary.port() + " user=postgres'\n",
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes of) throws IOException {
    Files.createDirectories(to.resolve(from.relativize(folder)));
    boolean empty = EMPTY.contains(folder.getFileName().toString());
    return empty ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
    if (!LEFT_OUT.contains(file.getFileName().toString())) {
      try {
        Files.copy(file, to.resolve(from.relativize(file)));
      } catch (NoSuchFileException e) {
        return FileVisitResult.CONTINUE; // it was removed meanwhile, which the log tells as well
      }
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }
}
