package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The race on PostgreSQL. */
class PostgresStartRaceIT extends StartRace {
  private @Nullable EmbeddedPostgres postgres;

  @Override
  String emptyDatabase(int round) throws IOException {
    if (postgres == null) {
      postgres = Postgres.start();
    }
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database race_" + round);
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/race_" + round;
  }

  @AfterAll
  void stopPostgres() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }
}
