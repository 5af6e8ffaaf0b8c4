package dev.holdfast.verify.peers;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.holdfast.verify.peers.PekkoWire.Answer;
import dev.holdfast.verify.peers.PekkoWire.Ask;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.state.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.state.javadsl.DurableStateBehavior;

/**
 * Pekko's Cluster Sharding with durable state in PostgreSQL: an entity answers a change when its
 * row is committed. Thread-safe.
 */
final class PekkoDurablePeer implements Peer {
  private static final String KIND = "counter";

  /** As the plugin's own script makes it for PostgreSQL. */
  private static final String TABLE = """
      CREATE TABLE IF NOT EXISTS public.durable_state (
        global_offset BIGSERIAL,
        persistence_id VARCHAR(255) NOT NULL,
        revision BIGINT NOT NULL,
        state_payload BYTEA NOT NULL,
        state_serial_id INTEGER NOT NULL,
        state_serial_manifest VARCHAR(255),
        tag VARCHAR,
        state_timestamp BIGINT NOT NULL,
        PRIMARY KEY (persistence_id));
      CREATE INDEX IF NOT EXISTS state_tag_idx ON public.durable_state (tag);
      CREATE INDEX IF NOT EXISTS state_global_offset_idx ON public.durable_state (global_offset);
      """;

  /** All others as the first one was written. */
  private static final String LIKE_THE_FIRST = """
      INSERT INTO durable_state (persistence_id, revision, state_payload, state_serial_id,
        state_serial_manifest, tag, state_timestamp)
      SELECT ? || other.id, revision, state_payload, state_serial_id, state_serial_manifest, tag,
        state_timestamp
      FROM durable_state, unnest(?::text[]) AS other (id)
      WHERE persistence_id = ?
      """;

  private final Setting setting;
  private final Peer sharding;

  private PekkoDurablePeer(Setting setting) {
    this.setting = setting;
    Database.execute(setting, TABLE);
    this.sharding = new PekkoPeer(setting, config(setting), (id, node) -> new Counter(id, node));
  }

  static Peer start(Setting setting) {
    return new PekkoDurablePeer(setting);
  }

  private static Config config(Setting setting) {
    return ConfigFactory.parseString(
        """
        pekko.persistence.state.plugin = "jdbc-durable-state-store"
        pekko-persistence-jdbc.shared-databases.slick {
          profile = "slick.jdbc.PostgresProfile$"
          db {
            url = "%s"
            user = "%s"
            password = ""
            driver = "org.postgresql.Driver"
            numThreads = %d
            maxConnections = %<d
            minConnections = %<d
          }
        }
        jdbc-durable-state-store.use-shared-db = "slick"
        """.formatted(setting.url(), Setting.USER, Database.CONNECTIONS));
  }

  private static final class Counter extends DurableStateBehavior<Ask, String> {
    private final int node;

    Counter(String id, int node) {
      super(persistenceId(id));
      this.node = node;
    }

    private static PersistenceId persistenceId(String id) {
      return PersistenceId.of(KIND, id);
    }

    @Override
    public String emptyState() {
      return Json.of(0);
    }

    @Override
    public CommandHandler<Ask, String> commandHandler() {
      return newCommandHandlerBuilder()
          .forAnyState()
          .onCommand(Ask.class, (state, ask) -> {
            if (ask.set()) {
              return Effect()
                  .persist(Json.of(ask.value()))
                  .thenReply(ask.asker(), now -> new Answer(ask.call(), Json.count(now), node));
            }
            return Effect().reply(ask.asker(), new Answer(ask.call(), Json.count(state), node));
          })
          .build();
    }
  }

  @Override
  public CompletableFuture<Long> get(int node, String id) {
    return sharding.get(node, id);
  }

  @Override
  public CompletableFuture<?> set(int node, String id, long value) {
    return sharding.set(node, id, value);
  }

  @Override
  public int owner(int asked, String id) {
    return sharding.owner(asked, id);
  }

  @Override
  public void load(List<String> ids) {
    sharding.set(0, ids.get(0), 0).join();
    String before = Counter.persistenceId("").id();
    String[] others = ids.subList(1, ids.size()).toArray(String[]::new);
    Database.execute(setting, LIKE_THE_FIRST, before, others, before + ids.get(0));
  }

  @Override
  public void close() {
    sharding.close();
  }
}
