package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Entity;
import dev.holdfast.EntityType;
import dev.holdfast.protocol.CopyTerms;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader does with answers, revocations and silence. */
class CopyingTest {
  private static final long ME = 5;
  private static final long OWNER = 9;
  private static final String THERE = "there:1#1";
  private static final EntityKey KEY = new EntityKey("order", "x");

  private final ManualTime time = new ManualTime();
  private final List<PeerMessage> told = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Copying copying = copying(1024 * 1024);
  private long nonces;
  private long session;

  private Copying copying(long bytes) {
    EntityType<String> type = EntityType.named("order", String.class);
    return new Copying(
        ME,
        "me:1#1",
        CopyTerms.acrossHosts(10),
        bytes,
        time,
        Map.of("order", new TypeRules<>(type, new JacksonCodec(), 1_000)),
        (address, message) -> told.add(message),
        new CopyMeters(new Meters(registry, "foo")));
  }

  @BeforeEach
  void openASession() {
    answer(ask(KEY), KEY, 0);
    renewed();
  }

  private long ask(EntityKey key) {
    long nonce = ++nonces;
    assertThat(copying.asked(key, nonce)).isNotNull();
    return nonce;
  }

  private void answer(long nonce, EntityKey key, long under) {
    Answer.Grant grant = new Answer.Grant(OWNER, THERE, under);
    copying.answered(key, nonce, new Answer.Done(7, "\"seven\"", "owner", grant));
  }

  /** The owner answers the latest renewal, with revocations. */
  private void renewed(PeerMessage.Revocation... revocations) {
    PeerMessage.Renew renew = latest(PeerMessage.Renew.class);
    session = renew.session();
    copying.told(new PeerMessage.Renewed(
        ME, OWNER, session, renew.renewal(), 1_000_000_000, List.of(revocations)));
  }

  private <T extends PeerMessage> T latest(Class<T> kind) {
    return told.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  private @Nullable Entity<?> read(EntityKey key) {
    Copy copy = copying.find(key.type(), key.id());
    return copy == null ? null : copy.read(time.nanos());
  }

  @Test
  void anAnswerUnderTheSessionIsKeptAndRead() {
    answer(ask(KEY), KEY, session);
    Entity<?> copy = Objects.requireNonNull(read(KEY));
    assertThat(copy.value()).isEqualTo("seven");
    assertThat(copy.revision()).isEqualTo(7);
    assertThat(copy.source()).isEqualTo(Entity.Source.COPY);
    assertThat(copying.count()).isEqualTo(1);
  }

  @Test
  void anAnswerUnderNoOrAnotherSessionIsNotKept() {
    answer(ask(KEY), KEY, 0);
    answer(ask(KEY), KEY, session + 1);
    assertThat(read(KEY)).isNull();
  }

  @Test
  void aCopyIsNotReadWhenTheSessionIsOverAndIsAgainWhenItGoesOn() {
    answer(ask(KEY), KEY, session);
    time.advance(Duration.ofMillis(929));
    assertThat(read(KEY)).isNotNull();
    copying.tick();
    time.advance(Duration.ofMillis(2));
    assertThat(read(KEY)).isNull();
    renewed();
    assertThat(read(KEY)).isNotNull();
  }

  @Test
  void theSessionIsCountedFromWhenItsRenewalWasSent() {
    answer(ask(KEY), KEY, session);
    time.advance(Duration.ofMillis(400));
    copying.tick();
    time.advance(Duration.ofMillis(600));
    renewed();
    time.advance(Duration.ofMillis(329));
    assertThat(read(KEY)).isNotNull();
    time.advance(Duration.ofMillis(2));
    assertThat(read(KEY)).isNull();
  }

  @Test
  void aRevokedCopyIsNotReadAndItsUsesAreTold() {
    answer(ask(KEY), KEY, session);
    Copy held = Objects.requireNonNull(copying.find("order", "x"));
    for (int i = 0; i < 9; i++) {
      assertThat(read(KEY)).isNotNull();
    }
    copying.told(
        new PeerMessage.Revoke(ME, OWNER, session, new PeerMessage.Revocation(1, List.of(KEY))));
    assertThat(read(KEY)).isNull();
    assertThat(held.read(time.nanos())).as("whoever had it in hand").isNull();
    assertThat(latest(PeerMessage.Revoked.class).uses()).containsExactly(Copy.COUNTED);
  }

  @Test
  void whatARenewalRevokesIsGoneBeforeTheSessionGoesOn() {
    answer(ask(KEY), KEY, session);
    time.advance(Duration.ofSeconds(2));
    copying.tick();
    Copy held = Objects.requireNonNull(copying.find("order", "x"));
    renewed(new PeerMessage.Revocation(1, List.of(KEY)));
    assertThat(held.read(time.nanos())).isNull();
    assertThat(latest(PeerMessage.Revoked.class).number()).isEqualTo(1);
  }

  @Test
  void anAnswerThatComesAfterItsRevocationIsNotKept() {
    long nonce = ask(KEY);
    copying.told(
        new PeerMessage.Revoke(ME, OWNER, session, new PeerMessage.Revocation(1, List.of(KEY))));
    answer(nonce, KEY, session);
    assertThat(read(KEY)).isNull();
  }

  @Test
  void aSessionThatTheOwnerDoesNotKnowEndsWithAllItsCopies() {
    answer(ask(KEY), KEY, session);
    Copy held = Objects.requireNonNull(copying.find("order", "x"));
    copying.told(new PeerMessage.Unknown(ME, OWNER, session));
    assertThat(read(KEY)).isNull();
    long before = session;
    copying.tick();
    time.advance(Duration.ofMillis(300));
    copying.tick();
    renewed();
    assertThat(session).isGreaterThan(before);
    assertThat(held.read(time.nanos())).as("under the new session").isNull();
  }

  @Test
  void aCopyThatIsReplacedIsMarked() {
    answer(ask(KEY), KEY, session);
    Copy first = Objects.requireNonNull(copying.find("order", "x"));
    answer(ask(KEY), KEY, session);
    assertThat(first.read(time.nanos())).isNull();
    assertThat(read(KEY)).isNotNull();
    assertThat(copying.count()).isEqualTo(1);
  }

  @Test
  void whatDoesNotFitIsEvictedMarkedAndTold() {
    for (int i = 0; i < 5_000; i++) {
      EntityKey key = new EntityKey("order", "x" + i);
      answer(ask(key), key, session);
    }
    copying.tick();
    assertThat(copying.count()).isBetween(1_000, 4_000);
    assertThat(latest(PeerMessage.Dropped.class).drops()).isNotEmpty();
  }

  @Test
  void anOwnerThatIsNotLiveAnyMoreTakesItsCopiesAlong() {
    answer(ask(KEY), KEY, session);
    copying.live(Set.of(ME, OWNER + 1));
    assertThat(read(KEY)).isNull();
    assertThat(copying.count()).isZero();
  }

  @Test
  void whoKeepsNoCopiesAsksForNone() {
    assertThat(copying(0).asked(KEY, 1)).isNull();
  }
}
