package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.NotDone;
import dev.holdfast.OutcomeUnknown;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import dev.holdfast.spi.Request.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallsTest {
  private static final Answer.Done DONE = new Answer.Done(1, "{}", "foo");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();
  private final FakeEngine engine = new FakeEngine();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Metrics metrics = Metrics.of(registry, OpenTelemetry.noop(), "foo");
  private final OperationNames names = new OperationNames(() -> 12);
  private final Calls calls = new Calls(() -> engine, time, time, names, () -> null, metrics);

  private CompletableFuture<Answer.Done> ask(Kind kind) {
    EntityKey key = new EntityKey("order", "x");
    return calls.ask(new Request(kind, key, "op", "", "{}", Request.ANY, 0), SECOND);
  }

  /** The ticket of the latest sending. */
  private long ticket() {
    return engine.tickets.get(engine.tickets.size() - 1);
  }

  @Test
  void whatWasNeverSentIsSentWhenThereIsAnEngineAgainAndElseCertainlyDidNotHappen() {
    FakeEngine next = new FakeEngine();
    boolean[] away = {true};
    Calls between = new Calls(
        () -> {
          if (away[0]) {
            throw new NotDone.Unavailable("this node starts again", SECOND);
          }
          return next;
        },
        time,
        time,
        names,
        () -> null,
        metrics);
    Request request =
        new Request(Kind.SET, new EntityKey("order", "x"), "op", "", "{}", Request.ANY, 0);
    CompletableFuture<Answer.Done> late = between.ask(request, SECOND);
    time.advance(Duration.ofMillis(1_100));
    assertThatThrownBy(late::join)
        .hasCauseInstanceOf(NotDone.Unavailable.class)
        .hasMessageContaining("starts again");
    CompletableFuture<Answer.Done> early = between.ask(request, SECOND);
    away[0] = false;
    time.advance(Duration.ofMillis(200));
    between.answered(next.tickets.get(0), DONE);
    assertThat(early).isCompletedWithValue(DONE);
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

  private long ended(String kind, String outcome) {
    return registry
        .get("holdfast.calls")
        .tags("kind", kind, "outcome", outcome)
        .timer()
        .count();
  }

  @Test
  void whatBecomesOfCallsAndHowLongTheyWaitedForAnOwnerIsMeasured() {
    CompletableFuture<Answer.Done> quick = ask(Kind.GET);
    assertThat(calls.underWay()).isEqualTo(1);
    calls.answered(ticket(), DONE);
    CompletableFuture<Answer.Done> late = ask(Kind.SET);
    time.advance(Duration.ofMillis(300));
    calls.answered(ticket(), DONE);
    CompletableFuture<Answer.Done> refused = ask(Kind.SET);
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.REVISION_MISMATCH, "m", 4));
    CompletableFuture<Answer.Done> lost = ask(Kind.SET);
    CompletableFuture<Answer.Done> unread = ask(Kind.CONFIRM);
    time.advance(Duration.ofMillis(1_100));
    assertThat(List.of(quick, late, refused, lost, unread)).allMatch(CompletableFuture::isDone);
    assertThat(ended("read", "done")).isEqualTo(1);
    assertThat(ended("change", "done")).isEqualTo(1);
    assertThat(ended("change", "refused")).isEqualTo(1);
    assertThat(ended("change", "unknown")).isEqualTo(1);
    assertThat(ended("confirm", "unavailable")).isEqualTo(1);
    assertThat(calls.underWay()).isZero();
    assertThat(registry.get("holdfast.gaps").timer().count()).isEqualTo(3);
    assertThat(registry.get("holdfast.gaps").timer().totalTime(TimeUnit.MILLISECONDS))
        .isBetween(2_300.0, 2_340.0);
    assertThat(registry.get("holdfast.calls.resent").counter().count()).isGreaterThan(2);
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
  void whatIsNotDoneByOneSendingMayBeByAnother() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    time.advance(Duration.ofMillis(260));
    long second = ticket();
    calls.answered(second, new Answer.NotNow("moving"));
    calls.answered(second, new Answer.NotNow("moving"));
    while (!call.isDone()) {
      if (ticket() != second) {
        calls.answered(ticket(), new Answer.NotNow("moving"));
      }
      time.advance(Duration.ofMillis(10));
    }
    assertThatThrownBy(call::join).hasCauseInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void aRefusalIsNotPassedOnWhileAnEarlierSendingMayStillBeAccepted() {
    CompletableFuture<Answer.Done> call = ask(Kind.CHANGE);
    long first = ticket();
    time.advance(Duration.ofMillis(260));
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.REJECTED, "m", 0));
    assertThat(call).isNotDone();
    calls.answered(first, DONE);
    assertThat(call).isCompletedWithValue(DONE);
  }

  @Test
  void aRefusalIsPassedOnWhenEverySendingWasRefused() {
    CompletableFuture<Answer.Done> call = ask(Kind.CHANGE);
    long first = ticket();
    time.advance(Duration.ofMillis(260));
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.REJECTED, "m", 0));
    calls.answered(first, new Answer.Failed(Answer.Kind.REJECTED, "m", 0));
    assertThatThrownBy(call::join).hasCauseInstanceOf(NotDone.Rejected.class);
  }

  @Test
  void aRefusalBesideASendingThatWasLostLeavesTheOutcomeOpen() {
    CompletableFuture<Answer.Done> call = ask(Kind.CHANGE);
    long lost = ticket();
    while (!call.isDone()) {
      if (ticket() != lost) {
        calls.answered(ticket(), new Answer.Failed(Answer.Kind.REJECTED, "not allowed", 0));
      }
      time.advance(Duration.ofMillis(10));
    }
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("not allowed");
  }

  @Test
  void aRefusalThatCanNeverTurnOutOtherwiseIsPassedOnAtOnce() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    time.advance(Duration.ofMillis(260));
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.INVALID_VALUE, "m", 0));
    assertThatThrownBy(call::join).hasCauseInstanceOf(NotDone.InvalidValue.class);
  }

  @Test
  void whileNodesAreRemovedWhatIsNotAnsweredIsSentAgainEveryTenthOfASecond() {
    CompletableFuture<Answer.Done> call = ask(Kind.GET);
    time.advance(Duration.ofMillis(50));
    calls.hurry();
    time.advance(Duration.ofMillis(400));
    assertThat(engine.sent).hasSize(5);
    calls.answered(ticket(), DONE);
    assertThat(call).isCompletedWithValue(DONE);
  }

  @Test
  void anAnswerToAnEarlierSendingCounts() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    long first = ticket();
    calls.answered(first, new Answer.NotNow("moving"));
    time.advance(Duration.ofMillis(20));
    assertThat(ticket()).isNotEqualTo(first);
    calls.answered(first, DONE);
    assertThat(call).isCompletedWithValue(DONE);
    calls.answered(ticket(), new Answer.Failed(Answer.Kind.REJECTED, "m", 0));
    assertThat(call).isCompletedWithValue(DONE);
  }

  @Test
  void whatIsTooOldToTellIsNotSentAgain() {
    CompletableFuture<Answer.Done> call = ask(Kind.SET);
    calls.answered(ticket(), new Answer.TooOld("too old", 0));
    assertThatThrownBy(call::join)
        .hasCauseInstanceOf(OutcomeUnknown.TooOld.class)
        .hasMessageContaining("too old")
        .hasMessageContaining("another operation id");
    time.advance(SECOND);
    assertThat(engine.sent).hasSize(1);
  }

  @Test
  void whoWasRefusedAsTooOldGoesOnBeyondWhatIsForgotten() {
    assertThat(names.next()).isEqualTo("hf-12-1");
    EntityKey key = new EntityKey("order", "x");
    for (String operation : new String[] {"hf-12-1", "hf-13-1", "chosen"}) {
      var unused =
          calls.ask(new Request(Kind.SET, key, operation, "", "{}", Request.ANY, 0), SECOND);
      long beyond = operation.equals("hf-12-1") ? 40 : 90;
      calls.answered(ticket(), new Answer.TooOld("too old", beyond));
    }
    assertThat(names.next()).isEqualTo("hf-12-41");
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
