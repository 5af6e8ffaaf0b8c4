package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shard is here once, where Pekko has it, and no entity is taken for one of another shard. */
class ShardActorTest {
  private final ActorSystem system = ActorSystem.create(
      "test", ConfigFactory.parseString("pekko.log-dead-letters = off, pekko.loglevel = off"));
  private final FakeHost host = new FakeHost();
  private final Residents node = new Residents(FakeHost.SHARD + 1);
  private final Passivation passivation = new Passivation(10, node, Runnable::run);
  private final List<Message.Reply> replies = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    system.terminate();
  }

  private ShardResidents place(int shard) {
    return new ShardResidents(
        shard, host, Runnable::run, passivation, (to, reply) -> replies.add(reply));
  }

  /** Completes with the actor, then its end completes {@code ended}. */
  private ActorRef<Message> start(String parent, String name, CompletableFuture<Void> ended) {
    CompletableFuture<ActorRef<Message>> started = new CompletableFuture<>();
    Adapter.spawn(
        system,
        Behaviors.<Void>setup(context -> {
          ActorRef<Message> shard =
              context.spawn(ShardActor.of(host, node, name, this::place), name);
          context.watch(shard);
          started.complete(shard);
          return Behaviors.receive(Void.class)
              .onSignal(Terminated.class, signal -> {
                ended.complete(null);
                return Behaviors.same();
              })
              .build();
        }),
        parent);
    return started.join();
  }

  @Test
  void aShardComesAndGoesWithItsActor() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    ActorRef<Message> shard = start("3", "3", ended);
    shard.tell(FakeHost.request(1, "a", "add"));
    await().until(() -> replies.size() == 1);
    assertThat(node.of(FakeHost.SHARD)).isNotNull();
    shard.tell(new Message.Stop());
    await().until(ended::isDone);
    assertThat(host.living()).isEmpty();
    await().until(() -> node.of(FakeHost.SHARD) == null);
  }

  @Test
  void anEntityOfAnotherShardIsNotTaken() {
    ActorRef<Message> shard = start("3", "3", new CompletableFuture<>());
    shard.tell(FakeHost.request(1, "elsewhere", "add"));
    shard.tell(FakeHost.request(2, "a", "add"));
    await().until(() -> replies.size() == 1);
    assertThat(replies).extracting(Message.Reply::ticket).containsExactly(2L);
    assertThat(host.living()).containsExactly("a");
  }

  @Test
  void aShardThatIsStartedAsAnEntityOfAnotherEndsAtOnce() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    start("2", "3", ended);
    await().until(ended::isDone);
    assertThat(node.of(FakeHost.SHARD)).isNull();
  }

  @Test
  void aSecondOneRefusesAsLongAsTheFirstIsHere() {
    ShardResidents first = place(FakeHost.SHARD);
    assertThat(node.add(first)).isTrue();
    ActorRef<Message> second = start("3", "3", new CompletableFuture<>());
    second.tell(FakeHost.request(1, "a", "add"));
    await().until(() -> replies.size() == 1);
    assertThat(replies).containsExactly(Message.Reply.notNow(1, "its shard is moving"));
    node.remove(first);
    second.tell(FakeHost.request(2, "a", "add"));
    await().until(() -> replies.size() == 2);
    assertThat(host.living()).containsExactly("a");
  }
}
