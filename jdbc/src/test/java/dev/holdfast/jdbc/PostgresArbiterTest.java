package dev.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.testkit.ArbiterContract;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PostgresArbiterTest extends ArbiterContract {
  private final Database.Settings settings = EmbeddedServer.newSchema();

  @Override
  protected Database connect() {
    return new JdbcDatabaseProvider().open(settings);
  }

  @Test
  void whoeverWaitsForANameUsesUpNoEpochs() {
    try (Database database = connect()) {
      Arbiter arbiter = database.arbiter();
      arbiter.open(SHARDS, Arbiter.HASH_VERSION);
      OptionalLong first = register(arbiter, "foo", "uuid-1");
      for (int i = 0; i < 20; i++) {
        assertThat(register(arbiter, "foo", "uuid-2")).isEmpty();
        assertThat(register(arbiter, "foo", "uuid-1")).isEqualTo(first);
      }
      assertThat(register(arbiter, "bar", "uuid-3")).hasValue(first.orElseThrow() + 1);
    }
  }

  private static OptionalLong register(Arbiter arbiter, String name, String uuid) {
    return arbiter.register(uuid, name, "engine://" + name, "", EmbeddedServer.LEASE_TTL);
  }
}
