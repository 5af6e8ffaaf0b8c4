package dev.holdfast.pekko;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.PeerMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
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

  /** More nodes than ever talk to each other; then addresses of dead ones are forgotten. */
  private static final int KNOWN = 1_000;

  private final ActorRefResolver references;
  private final Map<String, ActorRef<Message.Peer>> known = new ConcurrentHashMap<>();

  Peers(ActorSystem system, Engine.Host host) {
    this.references = ActorRefResolver.get(Adapter.toTyped(system));
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
    if (known.size() > KNOWN) {
      known.clear();
    }
    known.computeIfAbsent(address, this::at).tell(new Message.Peer(message));
  }

  private ActorRef<Message.Peer> at(String address) {
    return references.resolveActorRef(Addresses.address(address) + "/user/" + NAME);
  }
}
