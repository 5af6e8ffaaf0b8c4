package dev.holdfast.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Call;
import dev.holdfast.EntityType;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.NodeInfo;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/**
 * Nothing starves the renewal of a node's lease: not the node's own statements, though none of them
 * comes to an end, and not its own threads, though there is no processor left. The other node would
 * fence it if its heartbeat stood still.
 */
class StarvedRenewalIT {
  private static final Duration LEASE_TTL = Duration.ofSeconds(5);

  /** Six within the time to live: three times as long as the lease lasts without any. */
  private static final int RENEWALS = 18;

  private static final int ENTITIES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  record Flag(boolean up) {}

  private static final EntityType<Flag> FLAGS = EntityType.named("flag", Flag.class);

  @Test
  void aNodeRenewsItsLeaseWhileAllItsOtherSessionsAreBlockedAndNoProcessorIsIdle()
      throws IOException, SQLException {
    try (EmbeddedPostgres postgres = Postgres.start();
        Connection outsider = postgres.getPostgresDatabase().getConnection();
        Connection blocker = postgres.getPostgresDatabase().getConnection();
        Holdfast foo = start("foo", postgres);
        Holdfast bar = start("bar", postgres)) {
      List<Tuple> before = states(bar);
      long epoch = epoch(foo);
      Busy busy = new Busy(foo, ownedBy(foo));
      blocker.setAutoCommit(false);
      execute(blocker, "LOCK TABLE holdfast_claim, holdfast_entity IN ACCESS EXCLUSIVE MODE");
      try (busy) {
        busy.start();
        Sessions sessions = new Sessions(outsider, epoch);
        await().atMost(PATIENCE).until(sessions::allButOneBlocked);
        long renewals = sessions.heartbeat();
        await()
            .atMost(PATIENCE)
            .failFast("the lease has ended", () -> busy.lapses() > 0)
            .until(() -> sessions.heartbeat() >= renewals + RENEWALS);
        await().atMost(PATIENCE).until(sessions::allButOneBlocked);
        assertThat(busy.lapses())
            .as("how often the lease was seen not to be valid")
            .isZero();
        assertThat(busy.answered()).as("calls answered meanwhile").isZero();
        assertThat(busy.refused()).as("calls that were given up").isPositive();
        blocker.rollback();
      }
      assertThat(states(bar)).isEqualTo(before);
      foo.entities(FLAGS).with(Call.within(PATIENCE)).set("flag-0", new Flag(false));
    }
  }

  private static Holdfast start(String name, EmbeddedPostgres postgres) {
    return Holdfast.builder()
        .database("jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres")
        .credentials("postgres", "")
        .node(name)
        .serving(FLAGS)
        .leaseTtl(LEASE_TTL)
        .start();
  }

  private static List<Tuple> states(Holdfast seenBy) {
    return seenBy.nodes().stream()
        .map(node -> Tuple.tuple(node.name(), node.epoch(), node.state()))
        .toList();
  }

  private static long epoch(Holdfast node) {
    return node.nodes().stream()
        .filter(NodeInfo::self)
        .mapToLong(NodeInfo::epoch)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> ownedBy(Holdfast node) {
    List<String> ids = IntStream.range(0, ENTITIES).mapToObj(i -> "flag-" + i).toList();
    ids.forEach(id -> node.entities(FLAGS).set(id, new Flag(true)));
    return ids.stream()
        .filter(id -> node.where("flag", id).owner().equals(node.node()))
        .toList();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The sessions of one node, as the server sees them. */
  private record Sessions(Connection outsider, long epoch) {
    boolean allButOneBlocked() throws SQLException {
      long blocked = number("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
          + "'holdfast-" + epoch + "' AND wait_event_type = 'Lock'");
      long all = number("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
          + "'holdfast-" + epoch + "'");
      return blocked > 2 && all - blocked == 1;
    }

    long heartbeat() throws SQLException {
      return number("SELECT heartbeat FROM holdfast_node WHERE epoch = " + epoch);
    }

    private long number(String query) throws SQLException {
      try (Statement statement = outsider.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  /**
   * Threads that want more of a node than it can do, and others that keep all processors busy by
   * asking it all the time whether its lease is valid.
   */
  private static final class Busy implements AutoCloseable {
    private static final int CALLERS = 32;
    private static final int SPINNING = 2 * Runtime.getRuntime().availableProcessors() + 1;

    private final Holdfast node;
    private final List<String> ids;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong lapses = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean closed;

    Busy(Holdfast node, List<String> ids) {
      this.node = node;
      this.ids = ids;
    }

    void start() {
      IntStream.range(0, SPINNING).forEach(i -> begin("spinning-" + i, this::spin));
      IntStream.range(0, CALLERS).forEach(i -> begin("placement-" + i, () -> place(i)));
      IntStream.range(0, CALLERS).forEach(i -> begin("write-" + i, () -> write(i)));
    }

    private void begin(String name, Runnable body) {
      Thread thread = new Thread(body, name);
      threads.add(thread);
      thread.start();
    }

    private void spin() {
      while (!closed) {
        if (!node.ready()) {
          lapses.incrementAndGet();
        }
      }
    }

    /** Asks the database on the caller's thread. */
    private void place(int turn) {
      insist(() -> node.where("flag", ids.get(turn % ids.size())));
    }

    private void write(int turn) {
      String id = ids.get(turn % ids.size());
      insist(() -> node.entities(FLAGS).set(id, new Flag(turn % 2 == 0)));
    }

    private void insist(Runnable call) {
      while (!closed) {
        try {
          call.run();
          answered.incrementAndGet();
        } catch (HoldfastException e) {
          refused.incrementAndGet();
        }
      }
    }

    long lapses() {
      return lapses.get();
    }

    long answered() {
      return answered.get();
    }

    long refused() {
      return refused.get();
    }

    @Override
    public void close() {
      closed = true;
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
