package dev.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.NotDone.CannotStart;
import dev.holdfast.spi.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node is told that cannot start on SQLite. */
final class SqliteOpeningTest {
  private static final int SHARDS = 16;

  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("test.db");
  }

  private static Database connect(Path path) {
    return new JdbcDatabaseProvider()
        .open(new Database.Settings("jdbc:sqlite:" + path, "", "", Duration.ofSeconds(3)));
  }

  private static void open(Path path) {
    try (Database database = connect(path)) {
      database.arbiter().open(SHARDS, 1);
    }
  }

  private static String refusal(Path path) {
    CannotStart refusal = catchThrowableOfType(CannotStart.class, () -> open(path));
    assertThat(refusal).isNotNull();
    return assertThat(refusal.getMessage())
        .contains(path.toString())
        .doesNotContain("\n", "SQLITE_", "Exception")
        .actual();
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void aMissingFolderIsMade() {
    Path path = folder.resolve("some").resolve("where").resolve("test.db");
    open(path);
    assertThat(path).exists();
  }

  @Test
  void whoMayNotMakeTablesMakesNoFileEither() {
    Path path = folder.resolve("nowhere").resolve("test.db");
    Database.Settings settings =
        new Database.Settings("jdbc:sqlite:" + path, "", "", Duration.ofSeconds(3), false);
    try (Database database = new JdbcDatabaseProvider().open(settings)) {
      assertThatExceptionOfType(CannotStart.class)
          .isThrownBy(() -> database.arbiter().open(SHARDS, 1))
          .withMessageContaining("holdfast schema create");
    }
    assertThat(path.getParent()).doesNotExist();
  }

  @Test
  void aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws IOException {
    String text = "a letter to a friend\n".repeat(500);
    Files.writeString(file(), text);
    assertThat(refusal(file())).contains("is not an SQLite database");
    assertThat(file()).hasContent(text);
  }

  @Test
  void aDamagedDatabaseIsRefused() throws IOException {
    open(file());
    byte[] bytes = Files.readAllBytes(file());
    Arrays.fill(bytes, 100, bytes.length, (byte) 0x5a);
    Files.write(file(), bytes);
    assertThat(refusal(file())).contains("damaged");
  }

  @Test
  void aFolderInTheFilesPlaceIsRefused() throws IOException {
    Files.createDirectory(file());
    assertThat(refusal(file())).contains("is a folder");
  }

  @Test
  void aFileInTheFoldersPlaceIsRefused() throws IOException {
    Files.createFile(folder.resolve("place"));
    assertThat(refusal(folder.resolve("place").resolve("test.db"))).contains("is a file");
  }

  @Test
  void aFolderThatMayNotBeWrittenIsRefused() {
    assertThat(refusal(Path.of("/proc/holdfast/test.db"))).contains("cannot be used");
  }

  @Test
  void tablesOfSomebodyElseAreRefused() throws SQLException {
    execute("CREATE TABLE holdfast_claim (id INTEGER)");
    assertThat(refusal(file())).contains("without owner, shard, token, wanted_by");
  }

  @Test
  void tablesWithRowsButNoClusterAreRefused() throws SQLException {
    open(file());
    execute("DELETE FROM holdfast_cluster");
    assertThat(refusal(file())).contains("none in holdfast_cluster");
  }

  @Test
  void anotherSchemaVersionIsRefused() throws SQLException {
    open(file());
    execute("UPDATE holdfast_cluster SET schema_version = 7");
    assertThat(refusal(file())).contains("schema version 7", "needs 2");
  }

  @Test
  void tablesMadeByHandAreFilled() throws SQLException {
    execute(Ddl.SQLITE.statements().toArray(new String[0]));
    open(file());
    try (Database database = connect(file())) {
      database.arbiter().open(SHARDS, 1);
      assertThat(database.arbiter().claim(SHARDS - 1)).isPresent();
    }
  }

  @Test
  void aFileThatAnotherProgramLocksIsRefused() throws SQLException {
    open(file());
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      assertThat(refusal(file())).contains("Another program");
    }
  }

  @Test
  void aLinkAndItsTargetAreOneDatabase() throws IOException {
    open(file());
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), file());
    open(link);
    assertThat(folder.resolve("link.db.lock")).doesNotExist();
  }

  @Test
  void aDatabaseSaysWhatItIs() {
    try (Database database = connect(file())) {
      database.arbiter().open(SHARDS, 1);
      assertThat(database.describe()).matches("SQLite 3\\.\\d+\\.\\d+, .*test\\.db");
    }
  }
}
