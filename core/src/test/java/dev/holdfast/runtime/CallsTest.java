package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final Answer.Done DONE = new Answer.Done(1, "{}", "foo");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();
  private final FakeEngine engine = new FakeEngine();
  private final Calls calls = new Calls(() -> engine, time, time);

  private CompletableFuture<Answer.Done> ask(Kind kind) {
    EntityKey key = new EntityKey("order", "x");
    return calls.ask(new Request(kind, key, "op", "", "{}", Request.ANY, 0), SECOND);
  }

  private long ticket() {
    return engine.tickets.get(0);
  }

  @Test
  void anAnswerCompletesTheCallOnce() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), DONE);
    calls.answered(ticket(), new Answer.NotNow("late"));
    time.advance(SECOND);
    assertThat(call).isCompletedWithValue(DONE);
    assertThat(engine.sent).hasSize(1);
  }

  @Test
  void aFailureIsThrownAsWhatItIs() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.REVISION_MISMATCH, "m", 4));
    assertThatThrownBy(call::join).hasCauseInstanceOf(NotDone.RevisionMismatch.class);
  }

  @Test
  void whatIsNotAnsweredIsSentAgainUnderTheSameOperationWithLessTime() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    time.advance(Duration.ofMillis(240));
    assertThat(engine.sent).hasSize(1);
    time.advance(Duration.ofMillis(20));
    assertThat(engine.sent).hasSize(2);
    assertThat(engine.sent).extracting(Request::operation).containsOnly("op");
    assertThat(engine.sent.get(0).timeLeftMillis()).isEqualTo(1_000);
    assertThat(engine.sent.get(1).timeLeftMillis()).isBetween(700L, 750L);
    calls.answered(ticket(), DONE);
    assertThat(call).isCompleted();
  }

  @Test
  void aNodeThatIsNotReadyIsAskedAgainShortly() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), new Answer.NotNow("moving"));
    time.advance(Duration.ofMillis(20));
    assertThat(engine.sent).hasSize(2);
    calls.answered(ticket(), DONE);
    assertThat(call).isCompletedWithValue(DONE);
  }

  @Test
  void aChangeThatEveryNodeRefusedIsNotDone() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    for (int i = 0; i < 110; i++) {
      int before = engine.sent.size();
      calls.answered(ticket(), new Answer.NotNow("moving"));
      while (engine.sent.size() == before && !call.isDone()) {
        time.advance(Duration.ofMillis(10));
      }
    }
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("moving");
  }

  @Test
  void aChangeThatWasNeverAnsweredMayHaveHappened() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), new Answer.NotNow("moving"));
    time.advance(SECOND);
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("op");
  }

  @Test
  void anOwnerThatIsUnsureLeavesItOpen() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), new Answer.Unsure("lost"));
    time.advance(Duration.ofMillis(20));
    calls.answered(ticket(), new Answer.NotNow("moving"));
    time.advance(SECOND);
    assertThatThrownBy(call::join).hasCauseInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aReadNeverHasAnUnknownOutcome() {
    CompletableFuture<Answer.Done> call = ask(Kind.GET);
    time.advance(SECOND);
    assertThatThrownBy(call::join).hasCauseInstanceOf(NotDone.Unavailable.class);
  }

  @Test
  void anEngineThatThrowsDoesNotStopTheClock() {
    engine.broken = true;
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    time.advance(Duration.ofMillis(300));
    assertThat(engine.sent).hasSize(2);
    time.advance(SECOND);
    assertThat(call).isCompletedExceptionally();
  }

  @Test
  void closingFailsWhatIsUnderWayAndWhatComesAfter() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.close();
    assertThatThrownBy(call::join).hasCauseInstanceOf(OutcomeUnknown.class);
    assertThatThrownBy(ask(Kind.SET)::join).hasCauseInstanceOf(NotDone.Unavailable.class);
  }
}
