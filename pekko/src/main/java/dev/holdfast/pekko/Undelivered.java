package dev.holdfast.pekko;

import java.util.function.BiConsumer;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.AllDeadLetters;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * Answers requests that Pekko gave up on this node, so that their callers ask again at once.
 *
 * <p>Most of them come of hand-offs. While a shard is about to leave a node, the node's region
 * keeps what comes for it; and when the shard's end begins, the region drops that, lest it overtake
 * what other regions have sent. Likewise for what is in the mailbox of a shard that has ended. A
 * caller that hears nothing waits for a quarter of a second before it asks again, which is longer
 * than the whole move takes.
 *
 * <p>What is given up was handed to nobody. So "not now, nothing was done" is the truth. What is
 * lost between nodes is noticed by nobody, and for that the caller has its patience.
 */
final class Undelivered extends AbstractActor {
  private final BiConsumer<String, Message.Reply> answers;

  /**
   * Not yet listening.
   *
   * @param answers sends an answer to a node
   */
  Undelivered(BiConsumer<String, Message.Reply> answers) {
    this.answers = answers;
  }

  @Override
  public void preStart() {
    getContext().getSystem().getEventStream().subscribe(getSelf(), AllDeadLetters.class);
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .match(AllDeadLetters.class, letter -> answer(letter.message()))
        .build();
  }

  /** The region wraps what it drops, and the envelope is still around it. */
  private void answer(Object given) {
    Object lost = given;
    if (lost instanceof AllDeadLetters letter) {
      lost = letter.message();
    }
    if (lost instanceof ShardingEnvelope<?> envelope) {
      lost = envelope.message();
    }
    if (lost instanceof Message.Deliver deliver) {
      answer(deliver.from(), deliver.ask());
    } else if (lost instanceof Message.Asks asks) {
      asks.asks().forEach(ask -> answer(asks.from(), ask));
    }
  }

  private void answer(String to, Message.Ask ask) {
    answers.accept(to, Message.Reply.notNow(ask.ticket(), "its shard is moving"));
  }
}
