package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import org.apache.pekko.actor.typed.ActorRef;

/** What the actors of Holdfast say to each other. */
sealed interface Message {
  /** A message that may travel to another node. */
  sealed interface Remote {}

  /** A request for an entity; the answer goes to {@code replyTo} under {@code ticket}. */
  record Deliver(long ticket, ActorRef<Reply> replyTo, Request request)
      implements Message, Remote {}

  /** An answer. */
  record Reply(long ticket, Answer answer) implements Remote {}

  /** What the host tells the host of another node. */
  record Peer(PeerMessage message) implements Remote {}

  /** A task that an entity has set itself. */
  record Run(Runnable task) implements Message {}

  /** The entity was used without a message; travels if the entity has just moved. */
  record Touch() implements Message, Remote {}

  /** The entity is to leave this node's memory. */
  record Stop() implements Message, Remote {}
}
