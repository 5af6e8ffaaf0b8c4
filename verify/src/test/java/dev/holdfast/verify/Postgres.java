package dev.holdfast.verify;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;

/**
 * Starts PostgreSQL from its Maven artifact, as durable as in production: its default here is not.
 */
public final class Postgres {
  private Postgres() {}

  /** Starts it; to be closed. */
  public static EmbeddedPostgres start() throws IOException {
    return builder().start();
  }

  static EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on");
  }
}
