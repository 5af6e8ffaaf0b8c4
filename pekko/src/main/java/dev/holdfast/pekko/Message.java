package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import java.util.List;

/** What the actors of Holdfast say to each other. Nodes are named by their unique addresses. */
sealed interface Message {
  /** A message that may travel to another node. */
  sealed interface Remote {}

  /** A request and the number under which it is answered. */
  record Ask(long ticket, Request request) {}

  /**
   * An answer.
   *
   * @param shard the shard that the answering node owns; {@link #NO_SHARD} if it may own none
   */
  record Reply(long ticket, int shard, Answer answer) {
    static final int NO_SHARD = -1;

    /** Says that the node asked cannot tell. */
    static Reply notNow(long ticket, String reason) {
      return new Reply(ticket, NO_SHARD, new Answer.NotNow(reason));
    }
  }

  /** A request for an entity, wherever that is; the answer goes to the node {@code from}. */
  record Deliver(String from, Ask ask) implements Message, Remote {}

  /** Requests for entities that should be where this goes. */
  record Asks(String from, List<Ask> asks) implements Remote {}

  /** Answers, for one node and no other that may have taken its place. */
  record Replies(String from, String to, List<Reply> replies) implements Remote {}

  /** What the host tells the host of another node. */
  record Peer(PeerMessage message) implements Remote {}

  /** A task that an entity has set itself. */
  record Run(Runnable task) implements Message {}

  /** An entity, or all of a shard, is to finish what is under way and leave this node's memory. */
  record Stop() implements Message, Remote {}

  /** All entities of a shard have left. */
  record Left() implements Message {}
}
