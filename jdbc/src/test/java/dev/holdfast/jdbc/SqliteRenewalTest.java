package dev.holdfast.jdbc;

import static dev.holdfast.spi.Store.NO_ROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.spi.Database;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Renewals on SQLite, where they share one file with everything else that is written. */
final class SqliteRenewalTest {
  private static final Duration TTL = Duration.ofSeconds(6);
  private static final int RENEWALS = 12;

  /** More than may wait, so that some are refused as long as the queue is full. */
  private static final int WRITERS = 1_026;

  private static final int BATCH = 8;

  @TempDir
  private Path folder;

  @Test
  void aRenewalWaitsForOneWriteAndNotForAllThatWait() {
    String url = "jdbc:sqlite:" + folder.resolve("test.db");
    try (Database database =
            new JdbcDatabaseProvider().open(new Database.Settings(url, "", "", TTL));
        Crowd crowd = new Crowd(database)) {
      database.arbiter().open(16, 1);
      long epoch =
          database.arbiter().register("uuid", "foo", "engine://foo", "", TTL).orElseThrow();
      crowd.start(epoch, database.arbiter().claim(1, epoch).orElseThrow());
      for (int i = 1; i <= RENEWALS; i++) {
        crowd.awaitFullQueue();
        assertThat(database.arbiter().renew(epoch, "uuid", Set.of())).isTrue();
        assertThat(database.arbiter().nodes().get(0).heartbeat()).isEqualTo(i);
      }
      crowd.awaitFullQueue();
      assertThat(crowd.written.get()).as("batches written meanwhile").isGreaterThan(RENEWALS);
    }
  }

  /** Threads that write without a pause. */
  private static final class Crowd implements AutoCloseable {
    final AtomicLong written = new AtomicLong();
    private final Database database;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Crowd(Database database) {
      this.database = database;
    }

    void start(long epoch, long token) {
      for (int i = 0; i < WRITERS; i++) {
        Thread thread = new Thread(() -> write(epoch, token), "writer-" + i);
        threads.add(thread);
        thread.start();
      }
    }

    private void write(long epoch, long token) {
      while (!closed) {
        List<Store.Write> batch = IntStream.range(0, BATCH)
            .mapToObj(i -> new EntityKey("order", "id-" + ids.incrementAndGet()))
            .map(key -> new Store.Write(key, 1, token, NO_ROW, 0, "1", "[]"))
            .toList();
        try {
          database.store().write(epoch, batch);
          written.incrementAndGet();
        } catch (DatabaseException e) {
          if (("" + e.getMessage()).contains("too many writes are waiting")) {
            refused.incrementAndGet();
          }
        }
      }
    }

    void awaitFullQueue() {
      long before = refused.get();
      await().atMost(Duration.ofSeconds(60)).until(() -> refused.get() > before);
    }

    @Override
    public void close() {
      closed = true;
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
