package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entities come with their first request, are handled one thing at a time, and leave. */
class ResidentsTest {
  private static final int LIMIT = 4;

  private final FakeHost host = new FakeHost();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Message.Reply> replies = new ArrayList<>();
  private final AtomicInteger left = new AtomicInteger();
  private final Residents node = new Residents(FakeHost.SHARD + 1);
  private final Passivation passivation = new Passivation(LIMIT, node, tasks::add);
  private final ShardResidents shard = new ShardResidents(
      FakeHost.SHARD, host, tasks::add, passivation, (to, reply) -> replies.add(reply));
  private long tickets;

  ResidentsTest() {
    node.add(shard);
  }

  private void ask(String id, String name) {
    shard.deliver(FakeHost.request(++tickets, id, name));
  }

  private void ask(String id) {
    ask(id, "add");
  }

  private void work() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private List<Long> counts() {
    return replies.stream()
        .map(reply -> reply.answer() instanceof Answer.Done done ? done.revision() : -1L)
        .toList();
  }

  @Test
  void anEntityComesWithItsFirstRequestAndStays() {
    ask("a");
    ask("a");
    work();
    ask("a");
    work();
    assertThat(host.living()).containsExactly("a");
    assertThat(counts()).containsExactly(1L, 2L, 3L);
    assertThat(replies).extracting(Message.Reply::shard).containsOnly(FakeHost.SHARD);
  }

  @Test
  void oneThatFailsBeginsAgainAndLosesNothingThatWaits() {
    ask("a");
    ask("a", "fail");
    ask("a");
    work();
    assertThat(host.lives).hasSize(2);
    assertThat(host.living()).containsExactly("a");
    assertThat(counts()).containsExactly(1L, 1L);
  }

  @Test
  void whatWaitsForOneThatLeavesGoesToTheNext() {
    ask("slow");
    work();
    node.each(Resident::leave);
    work();
    host.lives.get(0).letGo();
    ask("slow");
    work();
    assertThat(host.lives).hasSize(2);
    assertThat(host.living()).containsExactly("slow");
    assertThat(counts()).containsExactly(1L, 1L);
  }

  @Test
  void aShardLeavesOnceItsLastEntityHasAndNobodySettlesMeanwhile() {
    ask("a");
    ask("slow");
    work();
    shard.leave(left::incrementAndGet);
    work();
    assertThat(host.living()).containsExactly("slow");
    assertThat(left).hasValue(0);
    ask("b");
    assertThat(replies.get(2)).isEqualTo(Message.Reply.notNow(tickets, "its shard is moving"));
    host.lives.get(1).letGo();
    work();
    assertThat(host.living()).isEmpty();
    assertThat(left).hasValue(1);
  }

  @Test
  void aShardWithoutEntitiesLeavesAtOnce() {
    shard.leave(left::incrementAndGet);
    assertThat(left).hasValue(1);
  }

  @Test
  void oneThatFailsWhileItLeavesLeavesAllTheSame() {
    ask("slow");
    work();
    shard.leave(left::incrementAndGet);
    host.lives.get(0).mailbox.accept(() -> {
      throw new IllegalStateException("it failed");
    });
    work();
    host.lives.get(1).letGo();
    work();
    assertThat(left).hasValue(1);
  }

  @Test
  void whenTheShardIsGoneNothingIsHandledAndWhatWaitsIsRefused() {
    ask("a");
    work();
    ask("b");
    shard.end(left::incrementAndGet);
    assertThat(host.living()).containsExactly("b");
    assertThat(left).hasValue(0);
    work();
    assertThat(host.living()).isEmpty();
    assertThat(left).hasValue(1);
    assertThat(replies.get(1)).isEqualTo(Message.Reply.notNow(tickets, "its shard is moving"));
    host.lives.get(0).mailbox.accept(() -> replies.clear());
    assertThat(tasks).isEmpty();
  }

  @Test
  void aShardComesBackOnlyWhenNobodyOfItsLastStayIsLeft() {
    ShardResidents next = new ShardResidents(
        FakeHost.SHARD, host, tasks::add, passivation, (to, reply) -> replies.add(reply));
    ask("a");
    shard.end(() -> node.remove(shard));
    assertThat(node.add(next)).isFalse();
    work();
    assertThat(node.add(next)).isTrue();
  }

  @Test
  void whatCannotBeRunIsLetGo() {
    ShardResidents over = new ShardResidents(
        FakeHost.SHARD,
        host,
        task -> {
          throw new RejectedExecutionException("over");
        },
        passivation,
        (to, reply) -> replies.add(reply));
    over.deliver(FakeHost.request(1, "a", "add"));
    over.deliver(FakeHost.request(2, "a", "add"));
    assertThat(host.lives).hasSize(2);
    assertThat(host.living()).isEmpty();
  }

  @Test
  void oneThatCannotBeginAgainMakesRoom() {
    ask("a");
    work();
    host.refuses = true;
    ask("a", "fail");
    work();
    host.refuses = false;
    ask("a");
    work();
    assertThat(host.living()).containsExactly("a");
    assertThat(counts()).containsExactly(1L, 1L);
  }

  @Test
  void theLeastRecentlyUsedLeaveWhenThereAreTooMany() {
    for (int i = 0; i < LIMIT; i++) {
      ask("e" + i);
    }
    work();
    ask("e0");
    shard.touch(new EntityKey("counter", "e2"));
    ask("new");
    ask("newer");
    work();
    assertThat(host.living()).containsExactly("e0", "e2", "new", "newer");
  }

  @Test
  void theIdleLeaveAndTheUsedStay() {
    ask("idle");
    ask("asked");
    ask("touched");
    work();
    for (int i = 0; i <= Passivation.SWEEPS; i++) {
      assertThat(host.living()).contains("idle");
      ask("asked");
      shard.touch(new EntityKey("counter", "touched"));
      passivation.sweep();
      work();
    }
    assertThat(host.living()).containsExactly("asked", "touched");
  }

  @Test
  void oneThreadAtATimeHandlesWhatComesFromMany() throws InterruptedException {
    int each = 10_000;
    int threads = 3;
    Queue<Long> counted = new ConcurrentLinkedQueue<>();
    CountDownLatch all = new CountDownLatch(threads * each);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    ShardResidents busy =
        new ShardResidents(FakeHost.SHARD, host, executor, passivation, (to, reply) -> {
          counted.add(((Answer.Done) reply.answer()).revision());
          all.countDown();
        });
    for (int thread = 0; thread < threads; thread++) {
      new Thread(() ->
              IntStream.range(0, each).forEach(i -> busy.deliver(FakeHost.request(i, "a", "add"))))
          .start();
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    executor.shutdown();
    assertThat(host.lives).hasSize(1);
    assertThat(counted)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, threads * each).mapToObj(i -> (long) i).toList());
  }
}
