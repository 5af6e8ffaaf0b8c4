package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** The scenes on a PostgreSQL of their own. */
class PostgresScenesIT extends ArticleScenes {
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
  long failoverMillis() {
    return 5_500; // with the round of 40 writes that it takes to see it
  }

  @AfterAll
  void stopPostgres() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }
}
