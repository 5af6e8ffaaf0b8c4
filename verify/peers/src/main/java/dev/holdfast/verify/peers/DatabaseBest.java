package dev.holdfast.verify.peers;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The limit of what PostgreSQL can do on this machine: threads that do nothing but send one
 * statement after the other, each of which updates many rows and commits. Each has rows of its own,
 * so that none waits for another. Used by one thread.
 */
final class DatabaseBest {
  private static final String UPDATE = """
      UPDATE entity SET value = changed.value::json
      FROM unnest(?::text[], ?::text[]) AS changed (id, value) WHERE entity.id = changed.id""";

  private final Setting setting;
  private final List<String> ids;
  private volatile boolean stop;

  /** What the threads have done. */
  private static final class Done {
    private final AtomicLong rows = new AtomicLong();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
  }

  DatabaseBest(Setting setting, List<String> ids) {
    this.setting = setting;
    this.ids = ids;
    Database.load(setting, ids);
  }

  /** Rows updated in a second. */
  double rowsPerSecond(int batch, int connections, long warmNanos, long countedNanos) {
    stop = false;
    Done done = new Done();
    List<Thread> threads = new ArrayList<>();
    int share = ids.size() / connections;
    if (share < batch) {
      throw new IllegalArgumentException(
          ids.size() + " rows are too few for " + connections + " connections");
    }
    for (int i = 0; i < connections; i++) {
      List<String> own = ids.subList(i * share, (i + 1) * share);
      Thread thread = new Thread(() -> update(batch, own, done), "updating-" + i);
      threads.add(thread);
      thread.start();
    }
    Clients.rest(warmNanos);
    long begin = System.nanoTime();
    long before = done.rows.get();
    Clients.rest(countedNanos);
    double rows = done.rows.get() - before;
    double seconds = (System.nanoTime() - begin) / 1e9;
    stop = true;
    threads.forEach(DatabaseBest::join);
    SQLException failure = done.failure.get();
    if (failure != null) {
      throw new IllegalStateException("a connection failed", failure);
    }
    return rows / seconds;
  }

  private void update(int batch, List<String> own, Done done) {
    SplittableRandom random = new SplittableRandom(1);
    try (Connection connection = Database.connect(setting);
        PreparedStatement statement = connection.prepareStatement(UPDATE)) {
      while (!stop) {
        Set<String> chosen = new HashSet<>();
        while (chosen.size() < batch) {
          chosen.add(own.get(random.nextInt(own.size())));
        }
        String[] values =
            chosen.stream().map(id -> Json.of(random.nextInt())).toArray(String[]::new);
        statement.setArray(1, connection.createArrayOf("text", chosen.toArray()));
        statement.setArray(2, connection.createArrayOf("text", values));
        done.rows.addAndGet(statement.executeUpdate());
      }
    } catch (SQLException e) {
      done.failure.set(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
