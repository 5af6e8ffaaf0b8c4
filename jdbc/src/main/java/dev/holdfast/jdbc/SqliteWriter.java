package dev.holdfast.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a connection that writes to an SQLite file: one job after the other, each in its
 * turn and in a transaction of its own.
 *
 * <h2>Giving up</h2>
 *
 * A process that was frozen within its turn blocks the file, and nothing can overrule it. The
 * thread then waits, but those who gave it jobs do not: a job that has not begun in time is given
 * up and never begins, so it is certainly not done. One that has begun gets a little longer, and
 * its outcome is unknown after that.
 *
 * <p>Several threads may use one.
 */
final class SqliteWriter implements AutoCloseable {
  private static final int LONGEST_QUEUE = 1024;

  private final SqliteFile file;
  private final FileTurn turn;
  private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
  private final Job<Boolean> last = new Job<>("closing", connection -> true);
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Connection connection; // of the thread

  SqliteWriter(SqliteFile file, FileTurn turn, String name) {
    this.file = file;
    this.turn = turn;
    this.thread = new Thread(this::work, name);
    thread.setDaemon(true);

    thread.start();
  }

  private enum Stage {
    WAITING,
    BEGUN,
    GIVEN_UP
  }

  private static final class Job<T> {
    final String doing;
    final Work<T> work;
    final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    final CompletableFuture<T> result = new CompletableFuture<>();

    Job(String doing, Work<T> work) {
      this.doing = doing;
      this.work = work;
    }

    boolean begin() {
      return stage.compareAndSet(Stage.WAITING, Stage.BEGUN);
    }

    boolean giveUp() {
      return stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP);
    }
  }

  /**
   * Runs work in a transaction of its own.
   *
   * @param limit how long to wait for it to begin
   * @param grace how long to wait for it to end, once it began
   */
  <T> T run(String doing, Duration limit, Duration grace, Work<T> work) {
    Job<T> job = new Job<>(doing, work);
    if (closed) {
      throw file.failure(doing, "the database is closed", null, false);
    }
    if (queue.size() >= LONGEST_QUEUE) {
      throw file.failure(doing, "too many writes are waiting", null, false);
    }
    queue.add(job);
    try {
      return await(job, limit);
    } catch (TimeoutException tooLong) {
      if (job.giveUp()) {
        throw file.failure(doing, "another process keeps the file locked", tooLong, false);
      }
    }
    try {
      return await(job, grace);
    } catch (TimeoutException tooLong) {
      throw file.failure(doing, "no answer in time", tooLong, true);
    }
  }

  private <T> T await(Job<T> job, Duration limit) throws TimeoutException {
    try {
      return job.result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw file.failure(job.doing, "it failed", e.getCause(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw file.failure(job.doing, "the thread was interrupted", e, !job.giveUp());
    }
  }

  private void work() {
    try {
      for (Job<?> job = queue.take(); job != last; job = queue.take()) {
        inTurn(job);
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      disconnect();
    }
  }

  private <T> void inTurn(Job<T> job) {
    Runnable outcome;
    try {
      turn.take();
      try {
        outcome = job.begin() ? transaction(job) : () -> {};
      } finally {
        turn.give();
      }
    } catch (IOException | RuntimeException e) {
      boolean unknown = !job.giveUp();
      outcome = () -> job.result.completeExceptionally(
          file.failure(job.doing, "its lock cannot be used: " + e.getMessage(), e, unknown));
    }
    outcome.run(); // after the turn, so that whoever is woken by it finds the file free
  }

  private <T> Runnable transaction(Job<T> job) {
    try {
      T result = committed(job);
      return () -> job.result.complete(result);
    } catch (RuntimeException | Error e) {
      return () -> job.result.completeExceptionally(e);
    }
  }

  private <T> T committed(Job<T> job) {
    Connection open;
    T result;
    try {
      open = connect();
      execute(open, "BEGIN IMMEDIATE");
    } catch (SQLException e) {
      throw file.failure(job.doing, e, false);
    }
    try {
      result = job.work.on(open);
    } catch (SQLException e) {
      rollBack(open);
      throw file.failure(job.doing, e, false);
    } catch (RuntimeException | Error e) {
      rollBack(open);
      throw e;
    }
    try {
      execute(open, "COMMIT");
    } catch (SQLException e) {
      rollBack(open);
      throw file.failure(job.doing, e, !SqliteFile.isBusy(e));
    }
    return result;
  }

  private Connection connect() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = file.connectToWrite();
      connection = open;
    }
    return open;
  }

  private void rollBack(Connection open) {
    try {
      execute(open, "ROLLBACK");
    } catch (SQLException alreadyRolledBackOrBroken) {
      disconnect();
    }
  }

  @SuppressWarnings("EmptyCatch")
  private void disconnect() {
    Connection open = connection;
    connection = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException ignored) {
      // it is not used again
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Refuses further jobs, ends those that wait, and waits a little for that. */
  @Override
  public void close() {
    closed = true;
    queue.add(last);
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
