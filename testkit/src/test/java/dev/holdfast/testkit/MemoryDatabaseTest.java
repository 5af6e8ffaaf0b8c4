package dev.holdfast.testkit;

import dev.holdfast.spi.Database;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The database that tests use in place of a real one keeps the same contracts. */
final class MemoryDatabaseTest {
  @Nested
  final class Rows extends StoreContract {
    private final MemoryDatabase memory = new MemoryDatabase();

    @Override
    protected Database connect() {
      return memory.open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)));
    }
  }

  @Nested
  final class Races extends StoreRaceContract {
    private final MemoryDatabase memory = new MemoryDatabase();

    @Override
    protected Database connect() {
      return memory.open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)));
    }
  }

  @Nested
  final class Nodes extends ArbiterContract {
    private final MemoryDatabase memory = new MemoryDatabase();

    @Override
    protected Database connect() {
      return memory.open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)));
    }
  }

  @Nested
  final class Claims extends ClaimContract {
    private final MemoryDatabase memory = new MemoryDatabase();

    @Override
    protected Database connect() {
      return memory.open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)));
    }
  }

  @Nested
  final class History extends HistoryContract {
    private final MemoryDatabase memory = new MemoryDatabase();

    @Override
    protected Database connect() {
      return memory.open(new Database.Settings("memory:", "", "", Duration.ofSeconds(3)));
    }
  }
}
