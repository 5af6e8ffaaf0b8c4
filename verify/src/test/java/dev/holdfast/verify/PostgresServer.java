package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A PostgreSQL that can be hurt. Used by one thread. */
public final class PostgresServer implements AutoCloseable {
  /** It keeps some for the future. */
  private static final int LOG_FILES = 8;

  private static final long PACE_NANOS = 20_000_000;

  private final Path folder;
  private final boolean small;
  private final int port;
  private EmbeddedPostgres running;

  private PostgresServer(Path folder, boolean small) throws IOException {
    this.folder = folder;
    this.small = small;
    this.running = launch(0);
    this.port = running.getPort();
  }

  /** Starts one whose data are in that folder, as durable as in production. */
  public static PostgresServer start(Path folder) throws IOException {
    return new PostgresServer(folder, false).letAllIn();
  }

  /** Starts one on a small disk. */
  public static PostgresServer startSmall(Path folder) throws IOException {
    return new PostgresServer(folder, true).letAllIn();
  }

  /**
   * Starts another one that follows it, in a folder that is not there yet; from then on no commit
   * returns that the other one does not have.
   */
  public PostgresServer standby(Path target) throws IOException {
    StandbyFolder.make(this, folder, target);
    PostgresServer standby = new PostgresServer(target, small);
    execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
    execute("SELECT pg_reload_conf()");
    awaitFollower();
    execute("CHECKPOINT"); // it is the checkpointer that has the others wait
    awaitFollower();
    return standby;
  }

  private void awaitFollower() {
    while (!tells("SELECT sync_state = 'sync' AND flush_lsn >= pg_current_wal_lsn()"
        + " FROM pg_stat_replication")) {
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private boolean tells(String question) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(question)) {
      return found.next() && found.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Follows nobody any more, and takes writes. */
  public void promote() {
    execute("SELECT pg_promote()");
  }

  private EmbeddedPostgres launch(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        Postgres.builder().setDataDirectory(folder).setCleanDataDirectory(false);
    if (small) {
      builder.setServerConfig("min_wal_size", "32MB").setServerConfig("max_wal_size", "64MB");
    }
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** From any address of this machine; at first it trusts just one. */
  private PostgresServer letAllIn() throws IOException {
    String rules = "host all all 127.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n";
    Files.writeString(folder.resolve("pg_hba.conf"), rules, StandardOpenOption.APPEND);
    execute("SELECT pg_reload_conf()");
    return this;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** A connection as its superuser; the caller closes it. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
  }

  /** Executes one statement. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long postmaster() throws IOException {
    return Long.parseLong(
        Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip());
  }

  /** {@code STOP} or {@code CONT} for all of its processes. */
  public void signalAll(String signal) throws IOException {
    ProcessHandle parent = ProcessHandle.of(postmaster()).orElseThrow();
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal, "" + parent.pid()));
    parent.descendants().forEach(child -> command.add("" + child.pid()));
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    try {
      new ProcessBuilder(command).start().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code STOP} for the processes of some sessions; answers them. */
  public List<Long> stopSessions(int count) throws IOException {
    List<Long> stopped = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT pid FROM pg_stat_activity WHERE pid <>"
            + " pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT "
            + count)) {
      while (found.next()) {
        stopped.add(found.getLong(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    for (long session : stopped) {
      run(List.of("kill", "-STOP", "" + session));
    }
    return stopped;
  }

  /** {@code CONT} for these. */
  public void resume(List<Long> sessions) throws IOException {
    for (long session : sessions) {
      run(List.of("kill", "-CONT", "" + session));
    }
  }

  /** Ends it as a crash would; returns when it has ended. */
  public void crash() throws IOException {
    end("QUIT");
  }

  /** Ends it in order, though its clients are cut off; returns when it has ended. */
  public void stop() throws IOException {
    end("INT");
  }

  /** Has it need a new file for its log; it ends if there is no place for one. */
  public void useUpLog() {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < LOG_FILES; i++) {
        statement.execute("CREATE TABLE filler" + i + " (n int)");
        statement.execute("DROP TABLE filler" + i);
        statement.execute("SELECT pg_switch_wal()");
      }
    } catch (SQLException e) {
      // It has ended, or can do nothing any more.
    }
  }

  /** Returns when it takes connections; starts it again if it has ended by itself. */
  public void revive() throws IOException {
    while (!connects()) {
      if (!Files.exists(folder.resolve("postmaster.pid"))) {
        letGo();
        startAgain();
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  private boolean connects() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private void end(String signal) throws IOException {
    long postmaster = postmaster();
    run(List.of("kill", "-" + signal, "" + postmaster));
    while (ProcessHandle.of(postmaster).isPresent()) {
      Thread.onSpinWait();
    }
    letGo();
  }

  /** Of the folder's lock, so that it can be started there again. */
  private void letGo() {
    try {
      running.close();
    } catch (IOException | RuntimeException e) {
      // It cannot be stopped, since it is not there.
    }
  }

  /** Starts it after a crash; answers when it took connections again. */
  public long startAgain() {
    Thread starting = new Thread(() -> {
      try {
        running = launch(port);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
    starting.start();
    long since = awaitConnection();
    try {
      starting.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return since;
  }

  private long awaitConnection() {
    while (!connects()) {
      LockSupport.parkNanos(PACE_NANOS); // each try costs the database a process
    }
    return System.nanoTime();
  }

  /** Its data, once it has ended. */
  public void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
