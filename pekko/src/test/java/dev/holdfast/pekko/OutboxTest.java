package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is added comes out once and in order, together with what came meanwhile. */
class OutboxTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<List<Integer>> sent = new ArrayList<>();

  private Outbox<Integer> outbox(int size) {
    return new Outbox<>(tasks::add, item -> size, sent::add);
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void whatComesWhileItWaitsGoesTogether() {
    Outbox<Integer> outbox = outbox(1);
    outbox.add(1);
    outbox.add(2);
    assertThat(tasks).hasSize(1);
    runAll();
    outbox.add(3);
    runAll();
    assertThat(sent).containsExactly(List.of(1, 2), List.of(3));
  }

  @Test
  void aBundleHasItsLimits() {
    Outbox<Integer> outbox = outbox(1);
    IntStream.rangeClosed(0, Outbox.MOST).forEach(outbox::add);
    runAll();
    assertThat(sent).extracting(List::size).containsExactly(Outbox.MOST, 1);
  }

  @Test
  void whatIsLargeGoesAlone() {
    Outbox<Integer> outbox = outbox(Outbox.LARGE);
    outbox.add(1);
    outbox.add(2);
    runAll();
    assertThat(sent).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void whatIsLargeDoesNotTakeOthersAlong() {
    Outbox<Integer> outbox = new Outbox<>(tasks::add, item -> item, sent::add);
    outbox.add(1);
    outbox.add(Outbox.LARGE);
    outbox.add(2);
    runAll();
    assertThat(sent).containsExactly(List.of(1), List.of(Outbox.LARGE), List.of(2));
  }

  @Test
  void whatCannotBeSentHoldsUpNothing() {
    Outbox<Integer> outbox = new Outbox<>(tasks::add, item -> Outbox.LARGE, bundle -> {
      sent.add(bundle);
      throw new IllegalStateException("not sent");
    });
    outbox.add(1);
    outbox.add(2);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> tasks.remove().run()).hasMessage("not sent");
    }
    assertThat(sent).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void whatCannotBeSentAnyMoreIsDropped() {
    Outbox<Integer> outbox = new Outbox<>(
        task -> {
          throw new RejectedExecutionException("over");
        },
        item -> 1,
        sent::add);
    outbox.add(1);
    outbox.add(2);
    assertThat(sent).isEmpty();
  }

  @Test
  void nothingStaysWhoeverAdds() throws InterruptedException {
    int each = 20_000;
    ExecutorService executor = Executors.newFixedThreadPool(2);
    Queue<Integer> received = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(3 * each);
    Outbox<Integer> outbox = new Outbox<>(executor, item -> 1, bundle -> {
      received.addAll(bundle);
      bundle.forEach(item -> all.countDown());
    });
    for (int thread = 0; thread < 3; thread++) {
      int first = thread * each;
      new Thread(() -> IntStream.range(first, first + each).forEach(outbox::add)).start();
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    executor.shutdown();
    for (int thread = 0; thread < 3; thread++) {
      int first = thread * each;
      assertThat(received.stream().filter(item -> item / each == first / each))
          .containsExactlyElementsOf(
              IntStream.range(first, first + each).boxed().toList());
    }
  }
}
