package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A PostgreSQL that can be hurt. Used by one thread. */
public final class PostgresServer implements AutoCloseable {
  private static final long PACE_NANOS = 20_000_000;

  private final Path folder;
  private final int port;
  private EmbeddedPostgres running;

  private PostgresServer(Path folder) throws IOException {
    this.folder = folder;
    this.running = launch(folder, 0);
    this.port = running.getPort();
    letAllIn();
  }

  /** Starts one whose data are in that folder, as durable as in production. */
  public static PostgresServer start(Path folder) throws IOException {
    return new PostgresServer(folder);
  }

  private static EmbeddedPostgres launch(Path folder, int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        Postgres.builder().setDataDirectory(folder).setCleanDataDirectory(false);
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** From any address of this machine; at first it trusts just one. */
  private void letAllIn() throws IOException {
    Path rules = folder.resolve("pg_hba.conf");
    Files.writeString(rules, "host all all 127.0.0.0/8 trust\n", StandardOpenOption.APPEND);
    execute("SELECT pg_reload_conf()");
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

  /** Ends it as a crash would; returns when it has ended. */
  public void crash() throws IOException {
    long postmaster = postmaster();
    run(List.of("kill", "-QUIT", "" + postmaster));
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
        running = launch(folder, port);
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
    while (true) {
      try (Connection connection = connect()) {
        if (connection.isValid(1)) {
          return System.nanoTime();
        }
      } catch (SQLException e) {
        LockSupport.parkNanos(PACE_NANOS); // each try costs the database a process
      }
    }
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
