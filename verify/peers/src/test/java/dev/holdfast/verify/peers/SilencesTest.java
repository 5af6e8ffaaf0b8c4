package dev.holdfast.verify.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SilencesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, CompletableFuture<?>> answers = new ConcurrentHashMap<>();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();

  private CompletableFuture<?> ask(String id) {
    asked.merge(id, 1, Integer::sum);
    return answers.getOrDefault(id, CompletableFuture.completedFuture(1));
  }

  @Test
  void aCallThatIsNeverAnsweredIsMadeAnewAndCountsAsSilence() {
    answers.put("lost", new CompletableFuture<>());
    try (Silences silences = new Silences(List.of("well", "lost"), this::ask)) {
      silences.begin();
      long begun = System.nanoTime();
      Waiting.until("it is asked again", PATIENCE, () -> asked.getOrDefault("lost", 0) >= 3);
      assertThat(silences.allHaveAnsweredSince(begun)).isFalse();
      assertThat(silences.longestNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
      answers.remove("lost");
      Waiting.until("all answer", PATIENCE, () -> silences.allHaveAnsweredSince(begun));
      assertThat(silences.longestNanos()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
      assertThat(silences.failed()).isZero();
    }
  }

  @Test
  void whatWasAskedBeforeIsNoAnswerToWhatIsAskedSince() {
    CompletableFuture<Object> late = new CompletableFuture<>();
    answers.put("late", late);
    try (Silences silences = new Silences(List.of("late"), this::ask)) {
      Waiting.until("it is asked", PATIENCE, () -> asked.containsKey("late"));
      long begun = System.nanoTime();
      answers.put("late", new CompletableFuture<>());
      late.complete(1);
      assertThat(silences.allHaveAnsweredSince(begun)).isFalse();
    }
  }

  @Test
  void aFailureIsNoAnswer() {
    answers.put("bad", CompletableFuture.failedFuture(new IllegalStateException("no")));
    try (Silences silences = new Silences(List.of("bad"), this::ask)) {
      long begun = System.nanoTime();
      Waiting.until("it has failed twice", PATIENCE, () -> silences.failed() >= 2);
      assertThat(silences.allHaveAnsweredSince(begun)).isFalse();
    }
  }
}
