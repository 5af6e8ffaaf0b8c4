package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Call;
import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.NotDone;
import dev.holdfast.Read;
import dev.holdfast.protocol.LeaseTerms;
import dev.holdfast.protocol.Operations;
import dev.holdfast.protocol.ShardClaim.Input;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.DatabaseException;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request.Kind;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where each mode of reading takes the value from, and when it gives up. */
class ReadingTest {
  private static final EntityType<String> TYPE = EntityType.named("order", String.class);
  private static final Read STALE = Read.atMostStale(Duration.ofSeconds(1));
  private static final LeaseTerms TERMS = LeaseTerms.ofTtl(3_000_000_000L);

  /** A store with one row, or none, that can be down. */
  private static final class OneRow implements Store {
    private volatile Optional<StoredEntity> row = Optional.empty();
    private volatile boolean down;

    void put(String json) {
      String operations = new OperationsJson(new JacksonCodec()).encode(Operations.NONE);
      row = Optional.of(new StoredEntity(new EntityKey("order", "x"), 7, json, operations, ""));
    }

    @Override
    public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
      if (down) {
        throw DatabaseException.notDone("down", new IllegalStateException());
      }
      return keys.stream().map(key -> row).toList();
    }

    @Override
    public List<Result> write(long owner, List<Write> writes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<OptionalLong> confirm(long owner, List<Held> held) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<StoredEntity> list(String type, String after, int limit) {
      return List.of();
    }

    @Override
    public boolean knows(String type) {
      return true;
    }
  }

  private final ManualTime time = new ManualTime();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Metrics metrics = Metrics.of(registry, OpenTelemetry.noop(), "foo");
  private final FakeEngine engine = new FakeEngine();
  private final OneRow store = new OneRow();
  private final LeaseGuard lease = new LeaseGuard(time, TERMS);
  private final Claim claim = new Claim(0, 1, 1, new Claim.Gate() {
    @Override
    public boolean enter(int shard, Input.Enter enter) {
      return true;
    }

    @Override
    public void left(int shard, Input.Left left) {}
  });
  private final Map<String, LiveEntity> live = new ConcurrentHashMap<>();
  private final OperationNames names = new OperationNames(() -> 1);
  private final StoredReads stored = new StoredReads(store, new Threads("test"));
  private final Calls calls = new Calls(() -> engine, time, time, names, () -> null, metrics);
  private final LocalReads reads = new LocalReads(time, metrics.reads());
  private final TypeRules<String> rules = new TypeRules<>(TYPE, new JacksonCodec(), 99);
  private final Watches watches =
      new Watches(new Watches.Threading(time, time, time), new Looking(reads, calls), store);
  private final Asking asking = new Asking(
      rules, new JacksonCodec(), 99, calls, names, stored, store, Runnable::run, watches, () -> "");
  private final TypedAsync<String> typed = new TypedAsync<>(TYPE, asking, reads, Call.DEFAULT);
  private final JsonAccess json = new JsonAccess(asking, reads);

  @BeforeEach
  void renew() {
    lease.renewed(time.nanos());
    reads.from(new LocalReads.Here(
        Map.of("order", live), lease, new Uses(Duration.ofMinutes(1), () -> engine), () -> null));
  }

  @AfterEach
  void close() {
    stored.close();
  }

  private void owned(String value) {
    Entity<String> entity = new Entity<>("order", "x", value, 8, "foo");
    live.put("x", new LiveEntity(claim, entity, time.nanos()));
  }

  private void leaseEnded(Duration ago) {
    time.advance(Duration.ofNanos(TERMS.validUntil(0)).plus(ago));
  }

  private Entity<String> get(Read read) {
    CompletableFuture<Entity<String>> future = typed.get("x", read);
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof NotDone known ? known : e;
    }
  }

  @Test
  void memoryUnderTheLeaseServesEveryModeButTheConfirmed() {
    owned("mine");
    for (Read read : List.of(Read.linearizable(), STALE, Read.any())) {
      assertThat(get(read)).isEqualTo(new Entity<>("order", "x", "mine", 8, "foo"));
    }
    assertThat(typed.get("x", Read.confirmed())).isNotDone();
    assertThat(engine.sent).singleElement().matches(sent -> sent.kind() == Kind.CONFIRM);
  }

  @Test
  void aStaleReadUsesMemoryAsLongAfterTheLeaseAsItMay() {
    owned("mine");
    store.put("\"stored\"");
    leaseEnded(Duration.ofMillis(900));
    assertThat(get(STALE).value()).isEqualTo("mine");
    time.advance(Duration.ofMillis(200));
    assertThat(get(STALE))
        .isEqualTo(new Entity<>("order", "x", "stored", 7, "", Entity.Source.DATABASE));
    assertThat(get(Read.any()).value()).isEqualTo("mine");
    assertThat(typed.get("x")).isNotDone();
    assertThat(engine.sent).singleElement().matches(sent -> sent.kind() == Kind.GET);
  }

  @Test
  void aStaleReadDoesNotUseTheMemoryOfAClaimGivenUp() {
    owned("mine");
    store.put("\"stored\"");
    claim.closed();
    assertThat(get(STALE).value()).isEqualTo("stored");
    assertThat(get(Read.any()).value()).isEqualTo("mine");
  }

  @Test
  void whatIsNotHereIsAskedOfTheDatabaseAndOfNoNode() {
    store.put("\"stored\"");
    assertThat(get(Read.any()).source()).isEqualTo(Entity.Source.DATABASE);
    assertThat(get(STALE).owner()).isEmpty();
    Entity<String> asJson = json.get("x", Read.any(), Call.DEFAULT).join();
    assertThat(asJson)
        .isEqualTo(new Entity<>("order", "x", "\"stored\"", 7, "", Entity.Source.DATABASE));
    assertThat(engine.sent).isEmpty();
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    for (Read read : List.of(STALE, Read.any())) {
      assertThatThrownBy(() -> get(read)).isInstanceOf(NotDone.NotFound.class);
    }
    live.put("x", new LiveEntity(claim, LiveEntity.absent("order", "x", 9, "foo"), time.nanos()));
    store.put("\"stored\"");
    assertThatThrownBy(() -> get(Read.any())).isInstanceOf(NotDone.NotFound.class);
  }

  @Test
  void aDatabaseThatIsDownMakesThemUnavailable() {
    store.down = true;
    for (Read read : List.of(STALE, Read.any())) {
      assertThatThrownBy(() -> get(read))
          .isInstanceOf(NotDone.Unavailable.class)
          .hasMessageContaining("down");
    }
    owned("mine");
    leaseEnded(Duration.ofHours(9));
    assertThat(get(Read.any()).value()).isEqualTo("mine");
    assertThatThrownBy(() -> get(STALE)).isInstanceOf(NotDone.Unavailable.class);
  }

  @Test
  void aStoredValueThatDoesNotFitIsUnavailable() {
    store.put("{\"not\":\"text\"}");
    assertThatThrownBy(() -> get(Read.any()))
        .isInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("does not fit");
  }

  @Test
  void aConfirmedReadIsAnsweredByTheOwner() {
    CompletableFuture<Entity<String>> read = json.get("x", Read.confirmed(), Call.DEFAULT);
    calls.answered(engine.tickets.get(0), new Answer.NotNow("not confirmed"));
    time.advance(Duration.ofMillis(20));
    calls.answered(engine.tickets.get(1), new Answer.Done(3, "\"v\"", "bar"));
    assertThat(read).isCompletedWithValue(new Entity<>("order", "x", "\"v\"", 3, "bar"));
  }

  private double counted(String source, String mode) {
    return registry
        .get("holdfast.reads")
        .tags("source", source, "mode", mode)
        .functionCounter()
        .count();
  }

  @Test
  void readsAreCountedByWhereTheyCameFromAndHowFreshTheyHadToBe() {
    owned("mine");
    for (int i = 0; i < 5; i++) {
      assertThat(typed.local("x")).isNotNull();
    }
    get(Read.linearizable());
    get(STALE);
    get(Read.any());
    live.clear();
    store.put("\"stored\"");
    get(Read.any());
    get(Read.any());
    get(STALE);
    var unused = typed.get("x");
    calls.answered(engine.tickets.get(0), new Answer.Done(3, "\"v\"", "bar"));
    unused = typed.get("x", Read.confirmed());
    calls.answered(engine.tickets.get(1), new Answer.Done(3, "\"v\"", "bar"));
    assertThat(counted("owner", "linearizable")).isEqualTo(6);
    assertThat(counted("owner", "stale")).isEqualTo(1);
    assertThat(counted("owner", "any")).isEqualTo(1);
    assertThat(counted("database", "any")).isEqualTo(2);
    assertThat(counted("database", "stale")).isEqualTo(1);
    assertThat(counted("asked", "linearizable")).isEqualTo(1);
    assertThat(counted("asked", "confirmed")).isEqualTo(1);
    assertThat(counted("copy", "linearizable")).isZero();
  }

  @Test
  void aConfirmedReadNeverHasAnUnknownOutcome() {
    CompletableFuture<Entity<String>> read = typed.get("x", Read.confirmed());
    time.advance(Call.DEFAULT.deadline());
    assertThatThrownBy(read::join).hasCauseInstanceOf(NotDone.Unavailable.class);
  }
}
