package dev.holdfast.pekko;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Dropped;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is given up is answered; the messages here take the ways that Pekko's own take. */
class UndeliveredTest {
  private static final String CALLER = "foo:1#2";

  private final ActorSystem system = ActorSystem.create(
      "test", ConfigFactory.parseString("pekko.log-dead-letters = off, pekko.loglevel = off"));
  private final List<Message.Reply> replies = new CopyOnWriteArrayList<>();
  private final ActorRef undelivered = system.actorOf(
      Props.create(
          Undelivered.class,
          () -> new Undelivered((node, reply) -> {
            assertThat(node).isEqualTo(CALLER);
            replies.add(reply);
          })),
      "undelivered");

  UndeliveredTest() {
    // Listening once this is answered: an actor starts before it handles a message.
    await().until(() -> {
      giveUp(request(0));
      return !replies.isEmpty();
    });
    await().until(() -> replies.stream().allMatch(reply -> reply.ticket() == 0));
  }

  @AfterEach
  void stop() {
    system.terminate();
  }

  private Message.Deliver request(long ticket) {
    EntityKey key = new EntityKey("order", "x");
    Request request = new Request(Request.Kind.SET, key, "op", "", "{}", Request.ANY, 100);
    return new Message.Deliver(CALLER, new Message.Ask(ticket, request));
  }

  private void giveUp(Object message) {
    system.deadLetters().tell(message, ActorRef.noSender());
  }

  private void assertAnswered(long ticket) {
    await().until(() -> replies.stream().anyMatch(reply -> reply.ticket() == ticket));
    assertThat(replies)
        .filteredOn(reply -> reply.ticket() == ticket)
        .containsExactly(Message.Reply.notNow(ticket, "its shard is moving"));
  }

  @Test
  void whatARegionDropsIsAnswered() {
    ShardingEnvelope<Message> envelope = new ShardingEnvelope<>("17", request(7));
    giveUp(new Dropped(envelope, "a hand-off", ActorRef.noSender(), undelivered));
    assertAnswered(7);
  }

  @Test
  void whatWaitsForAnEntityThatHasEndedIsAnswered() {
    ActorRef ended =
        Adapter.toClassic(Adapter.spawn(system, Behaviors.<Message.Deliver>stopped(), "ended"));
    ended.tell(request(8), ActorRef.noSender());
    assertAnswered(8);
  }

  @Test
  void eachRequestIsAnsweredOfABundleThatIsLost() {
    giveUp(new Message.Asks(CALLER, List.of(request(11).ask(), request(12).ask())));
    assertAnswered(11);
    assertAnswered(12);
  }

  @Test
  void whatIsNoRequestIsLeftAlone() {
    giveUp(new ShardingEnvelope<Message>("17", new Message.Stop()));
    giveUp(new Message.Replies("bar:1#2", CALLER, List.of(Message.Reply.notNow(9, "lost"))));
    giveUp("something else");
    giveUp(request(10));
    assertAnswered(10);
    assertThat(replies).extracting(Message.Reply::ticket).doesNotContain(9L);
  }
}
