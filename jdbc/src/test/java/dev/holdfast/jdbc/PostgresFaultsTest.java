package dev.holdfast.jdbc;

import static dev.holdfast.spi.Store.NO_ROW;
import static dev.holdfast.spi.Store.Result.NOT_OWNER;
import static dev.holdfast.spi.Store.Result.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;
import static org.awaitility.Awaitility.await;

import dev.holdfast.spi.ClaimRow;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What locks and lost connections do to statements of PostgreSQL, with an outsider's help. */
final class PostgresFaultsTest {
  private static final String RAISE = "UPDATE holdfast_claim SET token = token + 1 WHERE shard = 1";
  private static final String LOCK_A = "SELECT 1 FROM holdfast_entity WHERE id = 'a' FOR UPDATE";
  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'";
  private static final String WAITING_PID =
      "SELECT pid FROM pg_stat_activity WHERE datname = ? AND wait_event_type = 'Lock'";

  /** The server gives statements up after half of it; until then they can be seen to wait. */
  private static final Duration LEASE_TTL = Duration.ofSeconds(9);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String name = EmbeddedServer.newDatabase();
  private final Database database = EmbeddedServer.connect(name, LEASE_TTL);
  private long epoch;
  private long token;

  @BeforeEach
  void openAndClaim() {
    database.arbiter().open(16, 1);
    epoch = database
        .arbiter()
        .register("uuid", "foo", "engine://foo", "", NodeProcess.TTL)
        .orElseThrow();
    token = database.arbiter().claim(1, epoch).orElseThrow();
    assertThat(write("a", NO_ROW)).isEqualTo(WRITTEN);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    database.close();
  }

  private Store.Result write(String id, long expected) {
    Store.Write write =
        new Store.Write(new EntityKey("order", id), 1, token, expected, expected + 1, "1", "[]");
    return database.store().write(epoch, List.of(write)).get(0);
  }

  private long revision(String id) {
    return database
        .store()
        .load(List.of(new EntityKey("order", id)))
        .get(0)
        .map(StoredEntity::revision)
        .orElse(NO_ROW);
  }

  private <T> Future<T> start(Callable<T> call) {
    return threads.submit(call);
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static DatabaseException failure(Future<?> future) {
    return assertThat(catchThrowableOfType(ExecutionException.class, () -> result(future)))
        .cause()
        .asInstanceOf(throwable(DatabaseException.class))
        .actual();
  }

  private void awaitWaiting(long statements) {
    await().until(() -> number(WAITING) == statements);
  }

  private long number(String query) throws SQLException {
    try (Connection connection = EmbeddedServer.outsider("postgres")) {
      return Sql.list(connection, query, result -> result.getLong(1), name).get(0);
    }
  }

  /** A transaction of somebody else that has done one thing and stays open. */
  private Connection outsiderThatDid(String sql) throws SQLException {
    Connection connection = EmbeddedServer.outsider(name);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  @Test
  void aWriteThatWaitedBehindABarrierIsNotWritten() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      Future<Store.Result> update = start(() -> write("a", 0));
      Future<Store.Result> insert = start(() -> write("b", NO_ROW));
      awaitWaiting(2);
      barrier.commit();
      assertThat(result(update)).isEqualTo(NOT_OWNER);
      assertThat(result(insert)).isEqualTo(NOT_OWNER);
    }
    assertThat(revision("a")).isZero();
    assertThat(revision("b")).isEqualTo(NO_ROW);
  }

  @Test
  void aWriteThatWaitedBehindABarrierThatCameToNothingIsWritten() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      Future<Store.Result> update = start(() -> write("a", 0));
      awaitWaiting(1);
      barrier.rollback();
      assertThat(result(update)).isEqualTo(WRITTEN);
    }
  }

  @Test
  void aWriteThatWaitedBehindAWishForTheClaimIsWritten() throws Exception {
    String wish = "UPDATE holdfast_claim SET wanted_by = 99 WHERE shard = 1";
    try (Connection wisher = outsiderThatDid(wish)) {
      Future<Store.Result> update = start(() -> write("a", 0));
      Future<Store.Result> insert = start(() -> write("b", NO_ROW));
      awaitWaiting(2);
      wisher.commit();
      assertThat(result(update)).isEqualTo(WRITTEN);
      assertThat(result(insert)).isEqualTo(WRITTEN);
    }
  }

  @Test
  void aBatchThatWaitedLosesOnlyTheShardThatChangedHands() throws Exception {
    long other = database.arbiter().claim(2, epoch).orElseThrow();
    List<Store.Write> batch = List.of(
        new Store.Write(new EntityKey("order", "x"), 2, other, NO_ROW, 0, "1", "[]"),
        new Store.Write(new EntityKey("order", "a"), 1, token, 0, 1, "1", "[]"));
    try (Connection barrier = outsiderThatDid(RAISE)) {
      Future<List<Store.Result>> results = start(() -> database.store().write(epoch, batch));
      awaitWaiting(1);
      barrier.commit();
      assertThat(result(results)).containsExactly(WRITTEN, NOT_OWNER);
    }
  }

  @Test
  void waitingIsRightEvenWhereTransactionsAreRepeatableByDefault() throws Exception {
    EmbeddedServer.execute(
        name, "ALTER DATABASE " + name + " SET default_transaction_isolation = 'repeatable read'");
    try (Database strict = EmbeddedServer.connect(name);
        Connection barrier = outsiderThatDid(RAISE)) {
      strict.arbiter().open(16, 1);
      Store.Write write = new Store.Write(new EntityKey("order", "a"), 1, token, 0, 1, "1", "[]");
      Future<List<Store.Result>> results = start(() -> strict.store().write(epoch, List.of(write)));
      awaitWaiting(1);
      barrier.commit();
      assertThat(result(results)).containsExactly(NOT_OWNER);
    }
  }

  @Test
  void aBarrierWaitsForAWriteInFlight() throws Exception {
    try (Connection holder = outsiderThatDid(LOCK_A)) {
      Future<Store.Result> inFlight = start(() -> write("a", 0));
      awaitWaiting(1);
      Future<OptionalLong> barrier = start(() -> database.arbiter().barrier(1, epoch, token));
      awaitWaiting(2);
      assertThat(barrier).isNotDone();
      holder.rollback();
      assertThat(result(inFlight)).isEqualTo(WRITTEN);
      assertThat(result(barrier)).hasValue(token + 1);
    }
    assertThat(revision("a")).isEqualTo(1);
    assertThat(write("a", 1)).isEqualTo(NOT_OWNER);
  }

  @Test
  void aTakeoverWaitsForAWriteInFlightOfTheFencedNode() throws Exception {
    long heir = database
        .arbiter()
        .register("uuid-2", "bar", "engine://bar", "", NodeProcess.TTL)
        .orElseThrow();
    try (Connection holder = outsiderThatDid(LOCK_A)) {
      Future<Store.Result> inFlight = start(() -> write("a", 0));
      awaitWaiting(1);
      assertThat(database.arbiter().fence(epoch, 0, 0)).isTrue();
      Future<OptionalLong> takeover = start(() -> database.arbiter().claim(1, heir));
      awaitWaiting(2);
      assertThat(write("b", NO_ROW)).as("a newcomer does not queue up").isEqualTo(NOT_OWNER);
      holder.rollback();
      assertThat(result(inFlight)).isEqualTo(WRITTEN);
      assertThat(result(takeover)).hasValue(token + 1);
    }
  }

  @Test
  void writesToOneShardDoNotWaitForEachOther() throws Exception {
    try (Connection holder = outsiderThatDid(LOCK_A)) {
      Future<Store.Result> inFlight = start(() -> write("a", 0));
      awaitWaiting(1);
      assertThat(write("b", NO_ROW)).isEqualTo(WRITTEN);
      holder.rollback();
      assertThat(result(inFlight)).isEqualTo(WRITTEN);
    }
  }

  @Test
  void aClaimThatWaitedIsNotTakenFromANodeThatRegisteredMeanwhile() throws Exception {
    long late = database
        .arbiter()
        .register("uuid-2", "bar", "engine://bar", "", NodeProcess.TTL)
        .orElseThrow();
    try (Connection claimant =
            outsiderThatDid("UPDATE holdfast_claim SET token = 1 WHERE shard = 2");
        Statement statement = claimant.createStatement()) {
      Future<OptionalLong> waiting = start(() -> database.arbiter().claim(2, late));
      awaitWaiting(1);
      long heir = database
          .arbiter()
          .register("uuid-3", "baz", "engine://baz", "", NodeProcess.TTL)
          .orElseThrow();
      statement.execute("UPDATE holdfast_claim SET owner = " + heir + " WHERE shard = 2");
      claimant.commit();
      assertThat(result(waiting)).isEmpty();
      assertThat(database.arbiter().claim(2)).hasValue(new ClaimRow(2, heir, 1, late));
    }
  }

  @Test
  void aConnectionCutAfterSendingLeavesTheOutcomeUnknown() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      Future<Store.Result> update = start(() -> write("a", 0));
      awaitWaiting(1);
      EmbeddedServer.execute(name, "SELECT pg_terminate_backend(" + number(WAITING_PID) + ")");
      assertThat(failure(update).unknown()).isTrue();
      barrier.rollback();
    }
    assertThat(write("a", 0)).isEqualTo(WRITTEN);
  }

  @Test
  void aServerThatFallsSilentLeavesTheOutcomeUnknown() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      Future<Store.Result> update = start(() -> write("a", 0));
      awaitWaiting(1);
      long pid = number(WAITING_PID);
      signal("STOP", pid);
      try {
        assertThat(failure(update).unknown()).isTrue();
      } finally {
        signal("CONT", pid);
      }
      barrier.rollback();
    }
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aStatementThatTheServerGaveUpIsCertainlyNotDone() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      DatabaseException failure = failure(start(() -> write("a", 0)));
      assertThat(failure.unknown()).isFalse();
      assertThat(failure).hasMessageContaining("statement timeout").message().hasLineCount(1);
      barrier.rollback();
    }
    assertThat(revision("a")).isZero();
  }

  @Test
  void aServerThatIsGoneBeforeAConnectionIsGotLeavesNoDoubt() {
    database.close();
    assertThatExceptionOfType(DatabaseException.class)
        .isThrownBy(() -> write("a", 0))
        .matches(failure -> !failure.unknown());
  }

  @Test
  void aCommitThatAStandbyMayNotHaveIsUnknown() throws Exception {
    EmbeddedServer.execute(name, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    EmbeddedServer.execute(name, "SELECT pg_reload_conf()");
    String waiting = "SELECT coalesce(max(pid), 0) FROM pg_stat_activity"
        + " WHERE datname = ? AND wait_event = 'SyncRep'";
    try {
      List<Future<Store.Result>> updates = new ArrayList<>();
      updates.add(start(() -> write("a", 0)));
      await().until(() -> {
        // The server's processes hear of the setting one by one; until then writes go through.
        int done = updates.size();
        if (updates.get(done - 1).isDone()) {
          updates.add(start(() -> write("a", done)));
        }
        return number(waiting) != 0;
      });
      EmbeddedServer.execute("postgres", "SELECT pg_cancel_backend(" + number(waiting) + ")");
      assertThat(failure(updates.get(updates.size() - 1)).unknown()).isTrue();
    } finally {
      EmbeddedServer.execute("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
      EmbeddedServer.execute("postgres", "SELECT pg_reload_conf()");
    }
  }

  @Test
  void aRenewalNeedsNoConnectionOfThePool() throws Exception {
    try (Connection barrier = outsiderThatDid(RAISE)) {
      List<Future<Store.Result>> writes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String id = "id-" + i;
        writes.add(start(() -> write(id, NO_ROW)));
      }
      awaitWaiting(8);
      assertThat(database.arbiter().renew(epoch, "uuid", Set.of())).isTrue();
      barrier.rollback();
      for (Future<Store.Result> write : writes) {
        assertThat(result(write)).isEqualTo(WRITTEN);
      }
    }
  }

  @Test
  void aRenewalConnectsAgainAfterItsConnectionWasCut() {
    assertThat(database.arbiter().renew(epoch, "uuid", Set.of())).isTrue();
    EmbeddedServer.execute(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
    assertThatExceptionOfType(DatabaseException.class)
        .isThrownBy(() -> database.arbiter().renew(epoch, "uuid", Set.of()));
    assertThat(database.arbiter().renew(epoch, "uuid", Set.of())).isTrue();
  }

  @Test
  void sessionsAreNamedAfterTheNodesEpoch() throws SQLException {
    database.arbiter().renew(epoch, "uuid", Set.of());
    assertThat(number("SELECT count(*) FROM pg_stat_activity"
            + " WHERE datname = ? AND application_name = 'holdfast-"
            + epoch + "'"))
        .isGreaterThanOrEqualTo(2);
  }
}
