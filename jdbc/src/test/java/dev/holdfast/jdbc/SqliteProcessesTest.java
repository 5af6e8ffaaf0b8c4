package dev.holdfast.jdbc;

import static dev.holdfast.spi.Store.NO_ROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.NodeRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes on one SQLite file see of each other's life and death. */
final class SqliteProcessesTest {
  @TempDir
  private Path folder;

  private Database database = connect(Path.of("unused"));
  private long epoch;

  @BeforeEach
  void openAndRegister() {
    database = connect(file());
    database.arbiter().open(16, 1);
    epoch = database
        .arbiter()
        .register("uuid", "foo", "engine://foo", "", NodeProcess.TTL)
        .orElseThrow();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Path file() {
    return folder.resolve("test.db");
  }

  private static Database connect(Path file) {
    return new JdbcDatabaseProvider()
        .open(new Database.Settings("jdbc:sqlite:" + file, "", "", Duration.ofSeconds(3)));
  }

  private NodeRow row(long number) {
    return database.arbiter().nodes().stream()
        .filter(row -> row.epoch() == number)
        .findFirst()
        .orElseThrow();
  }

  private List<String> lockFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.contains(".node-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void aKilledProcessIsProvenDeadAtOnceAndALiveOneNever() throws Exception {
    try (NodeProcess child = NodeProcess.start(file(), "idle")) {
      long other = Long.parseLong(child.line());
      assertThat(child.line()).isEqualTo("idle");
      assertThat(database.arbiter().provenDead(row(other))).isFalse();
      assertThat(database.arbiter().fenceDead(other, 0)).isFalse();
      assertThat(database.arbiter().provenDead(row(epoch))).isFalse();

      child.kill();
      await().atMost(Duration.ofSeconds(2)).until(() -> database.arbiter().provenDead(row(other)));
      assertThat(database.arbiter().fenceDead(other, 0)).isTrue();
      assertThat(row(other).state()).isEqualTo(NodeRow.State.FENCED);
      assertThat(lockFiles()).containsExactly("test.db.node-uuid");
      assertThat(database.arbiter().provenDead(row(epoch))).isFalse();
    }
  }

  @Test
  void askingAboutANodeManyTimesDoesNotFreeItsLock() throws Exception {
    try (NodeProcess child = NodeProcess.start(file(), "idle")) {
      long other = Long.parseLong(child.line());
      NodeRow row = row(other);
      try (Database second = connect(file())) {
        second.arbiter().open(16, 1);
        for (int i = 0; i < 100; i++) {
          assertThat(database.arbiter().provenDead(row)).isFalse();
          assertThat(second.arbiter().provenDead(row)).isFalse();
          assertThat(second.arbiter().provenDead(row(epoch))).isFalse();
        }
      }
    }
  }

  @Test
  void askingAboutANodeOfTheOwnProcessDoesNotFreeItsLockEither() throws Exception {
    try (Database second = connect(file())) {
      second.arbiter().open(16, 1);
      assertThat(database.arbiter().provenDead(row(epoch))).isFalse();
      assertThat(second.arbiter().provenDead(row(epoch))).isFalse();
      second.arbiter().register("uuid-2", "bar", "engine://bar", "", NodeProcess.TTL);
    }
    try (NodeProcess child = NodeProcess.start(file(), "ask")) {
      child.line();
      assertThat(child.line()).isEqualTo("foo false");
      assertThat(child.line()).isEqualTo("bar true");
      assertThat(child.line()).isEqualTo("child false");
    }
  }

  @Test
  void aDatabaseClosedWithoutLeavingIsDeadAndOneThatLeftIsGone() throws IOException {
    Database closed = connect(file());
    closed.arbiter().open(16, 1);
    long dead = closed
        .arbiter()
        .register("uuid-2", "bar", "engine://bar", "", NodeProcess.TTL)
        .orElseThrow();
    assertThat(database.arbiter().provenDead(row(dead))).isFalse();
    closed.close();
    assertThat(database.arbiter().provenDead(row(dead))).isTrue();
    assertThat(database.arbiter().fenceDead(dead, 0)).isTrue();

    Database left = connect(file());
    left.arbiter().open(16, 1);
    long gone = left.arbiter()
        .register("uuid-3", "baz", "engine://baz", "", NodeProcess.TTL)
        .orElseThrow();
    left.arbiter().state(gone, NodeRow.State.LEFT);
    left.close();
    assertThat(lockFiles()).containsExactly("test.db.node-uuid");
  }

  @Test
  void aNodeWhoseFileIsMissingOrOddlyNamedIsNotKnownToBeDead() throws IOException {
    Files.delete(folder.resolve("test.db.node-uuid"));
    NodeRow row = row(epoch);
    assertThat(database.arbiter().provenDead(row)).isFalse();
    NodeRow odd = new NodeRow(
        99, "../test.db", "x", "x", "", NodeRow.State.UP, 0, false, Set.of(), NodeProcess.TTL);
    assertThat(database.arbiter().provenDead(odd)).isFalse();
  }

  @Test
  void whatANodeLeftThatCrashedBeforeItsRowWasMadeIsSweptUp() throws IOException {
    Files.createFile(folder.resolve("test.db.node-never-registered"));
    database.arbiter().register("uuid-2", "bar", "engine://bar", "", NodeProcess.TTL);
    assertThat(lockFiles()).containsExactly("test.db.node-uuid", "test.db.node-uuid-2");
  }

  @Test
  void aNameThatIsTakenLeavesNoFile() throws IOException {
    assertThat(database.arbiter().register("uuid-2", "foo", "engine://x", "", NodeProcess.TTL))
        .isEmpty();
    assertThat(lockFiles()).containsExactly("test.db.node-uuid");
  }

  @Test
  void nothingAcknowledgedIsLostWhenAWriterIsKilled() throws Exception {
    try (NodeProcess child = NodeProcess.start(file(), "write")) {
      long other = Long.parseLong(child.line());
      for (int i = 0; i < 50; i++) {
        assertThat(child.line()).startsWith("WRITTEN");
      }
      child.kill();
      long acknowledged = Long.parseLong(child.lastLine("WRITTEN 49").split(" ", 2)[1]);
      await().until(() -> database.arbiter().fenceDead(other, 0));
      long token = database.arbiter().claim(1, epoch).orElseThrow();
      EntityKey key = new EntityKey("order", "a");
      long revision =
          database.store().load(List.of(key)).get(0).map(StoredEntity::revision).orElse(NO_ROW);
      assertThat(revision).isBetween(acknowledged, acknowledged + 1);
      Store.Write write = new Store.Write(key, 1, token, revision, revision + 1, "2", "[]");
      assertThat(database.store().write(epoch, List.of(write)))
          .containsExactly(Store.Result.WRITTEN);
    }
  }

  @Test
  void twoProcessesWriteSideBySide() throws Exception {
    long token = database.arbiter().claim(2, epoch).orElseThrow();
    try (NodeProcess child = NodeProcess.start(file(), "write")) {
      child.line();
      child.line();
      for (int i = 0; i < 200; i++) {
        EntityKey key = new EntityKey("order", "mine-" + i);
        Store.Write write = new Store.Write(key, 2, token, NO_ROW, 0, "1", "[]");
        assertThat(database.store().write(epoch, List.of(write)))
            .containsExactly(Store.Result.WRITTEN);
        assertThat(child.line()).startsWith("WRITTEN");
      }
    }
  }

  @Test
  void whileAProcessIsFrozenInItsTurnWritesAreCertainlyNotDoneAndReadsGoOn() throws Exception {
    long token = database.arbiter().claim(2, epoch).orElseThrow();
    EntityKey key = new EntityKey("order", "a");
    Store.Write write = new Store.Write(key, 2, token, NO_ROW, 0, "1", "[]");
    try (NodeProcess child = NodeProcess.start(file(), "block")) {
      child.line();
      assertThat(child.line()).isEqualTo("blocked");
      assertThatExceptionOfType(DatabaseException.class)
          .isThrownBy(() -> database.store().write(epoch, List.of(write)))
          .matches(failure -> !failure.unknown());
      assertThatExceptionOfType(DatabaseException.class)
          .isThrownBy(() -> database.arbiter().renew(epoch, "uuid", Set.of()));
      assertThat(database.store().load(List.of(key)).get(0)).isEmpty();
      child.kill();
    }
    assertThat(database.arbiter().renew(epoch, "uuid", Set.of())).isTrue();
    assertThat(database.store().load(List.of(key)).get(0))
        .as("given up for good")
        .isEmpty();
    assertThat(database.store().write(epoch, List.of(write))).containsExactly(Store.Result.WRITTEN);
  }
}
