package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Three nodes on a PostgreSQL of their own. */
class PostgresDrainIT extends DrainScenes {
  private @Nullable EmbeddedPostgres postgres;

  @Override
  String databaseUrl() throws IOException {
    EmbeddedPostgres started = Postgres.start();
    postgres = started;
    return "jdbc:postgresql://127.0.0.1:" + started.getPort() + "/postgres";
  }

  @Override
  String user() {
    return "postgres";
  }

  @Override
  List<String> names() {
    return List.of("foo", "bar", "baz");
  }

  @AfterAll
  void stopPostgres() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }
}
