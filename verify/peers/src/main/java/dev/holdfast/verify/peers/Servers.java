package dev.holdfast.verify.peers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL and Redis for all peers, on this machine, on loopback, as durable as in production.
 * Used by one thread.
 */
final class Servers implements AutoCloseable {
  static final String NO_REDIS =
      "redis-server is missing. On Debian or Ubuntu: apt-get install redis-server";

  private static final List<String> SETTINGS = List.of(
      "server_version",
      "fsync",
      "synchronous_commit",
      "full_page_writes",
      "wal_sync_method",
      "shared_buffers",
      "commit_delay",
      "max_connections");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final EmbeddedPostgres postgres;
  private final @Nullable Process redis;
  private final int redisPort;
  private int databases;

  private Servers(EmbeddedPostgres postgres, @Nullable Process redis, int redisPort) {
    this.postgres = postgres;
    this.redis = redis;
    this.redisPort = redisPort;
  }

  /** Starts them, Redis only if it is wanted and installed. */
  static Servers start(Path folder, boolean wantsRedis) throws IOException {
    EmbeddedPostgres postgres = EmbeddedPostgres.builder()
        .setDataDirectory(folder.resolve("postgresql"))
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("max_connections", "200")
        .start();
    Optional<Path> program = wantsRedis ? program("redis-server") : Optional.empty();
    if (program.isEmpty()) {
      return new Servers(postgres, null, 0);
    }
    int port = FreePorts.find(1).get(0);
    return new Servers(postgres, startRedis(program.get(), port, folder), port);
  }

  /** Where it is installed, if it is. */
  static Optional<Path> program(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Process startRedis(Path program, int port, Path folder) throws IOException {
    Process redis = new ProcessBuilder(
            program.toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            "" + port,
            "--save",
            "",
            "--appendonly",
            "no")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("redis.log").toFile())
        .start();
    Runtime.getRuntime().addShutdownHook(new Thread(redis::destroyForcibly));
    Waiting.until("Redis starts", PATIENCE, () -> listens(port));
    return redis;
  }

  private static boolean listens(int port) {
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What somebody must know who compares: the same for all peers. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String name : SETTINGS) {
        try (ResultSet row = statement.executeQuery("SHOW " + name)) {
          row.next();
          settings.put(name, row.getString(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return settings;
  }

  boolean hasRedis() {
    return redis != null;
  }

  /** An empty database of its own for a peer. */
  Setting newSetting(int nodes, Path folder) {
    String name = "peer" + ++databases;
    execute("CREATE DATABASE " + name);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Setting.whole(FreePorts.find(nodes), postgres.getPort(), name, redisPort, folder);
  }

  /** Forgets it, and leaves nothing to be written while the next one is measured. */
  void drop(Setting setting) {
    execute("DROP DATABASE IF EXISTS " + setting.database() + " WITH (FORCE)");
    execute("CHECKPOINT");
  }

  private void execute(String sql) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (redis != null) {
      redis.destroy();
      try {
        if (!redis.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          redis.destroyForcibly();
        }
      } catch (InterruptedException e) {
        redis.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    postgres.close();
  }
}
