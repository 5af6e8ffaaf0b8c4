package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.PeerMessage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Carries messages from host to host, by an actor that has the same name on every node, and a
 * thread of its own: a writer waits for what comes through it. Thread-safe.
 */
final class Peers {
  private static final String NAME = "peers";

  private final Doors<Message.Peer> doors;

  Peers(ActorSystem system, Engine.Host host) {
    this.doors = new Doors<>(system, NAME);
    Adapter.spawn(
        system, receiving(host), NAME, DispatcherSelector.fromConfig("holdfast.peers-dispatcher"));
  }

  private static Behavior<Message.Peer> receiving(Engine.Host host) {
    return Behaviors.receiveMessage(peer -> {
      host.told(peer.message());
      return Behaviors.same();
    });
  }

  void tell(String address, PeerMessage message) {
    doors.at(address).tell(new Message.Peer(message));
  }
}
